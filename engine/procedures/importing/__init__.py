"""Drafts of procedures from what was drawn elsewhere: Camunda 7 and 8, Operaton, Flowable, spiff-arena, plain BPMN.

`run` is the door: files in, drafts with a report out. `sources` reads files, `drawing` holds one diagram while it is
worked on, the modules named by subject (`people`, `times`, `work`, …) each read one kind of thing in every dialect,
`leftovers` says what nobody read, `drafts` puts packs together. Nothing foreign is ever executed.
"""
