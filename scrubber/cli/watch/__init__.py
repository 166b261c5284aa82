"""Commands on a watch folder: the watch, what became of files, the claim work list, the page to work on."""
