"""The watch folder: scrub each dropped file exactly once, even across power loss, disk failure or a crash.

Everything that happens to a file is a rename on one file system; ``docs/operate.md`` describes how to run it
and ``docs/design.md`` why it is built that way. POSIX only: nothing outside this package imports it before
the watch is requested.
"""
