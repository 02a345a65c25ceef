"""The step vocabulary: what the sentences of the features mean, each in Vietnamese and in English."""
