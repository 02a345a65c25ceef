"""A procedure as files: the pack, its manifest, forms and texts, and what is wrong with them.

What a diagram means lives in `engine.workflow`; storing a published version lives in `engine.services`.
"""
