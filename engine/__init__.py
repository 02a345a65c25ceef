"""The engine of Motcua: rules, workflow, storage and use cases of procedures, without the web."""
