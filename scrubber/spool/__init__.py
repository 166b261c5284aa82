"""The watch folder: each dropped file is scrubbed exactly once, whatever dies meanwhile.

Everything that happens to a file is a rename on one file system; ``docs/operate.md`` tells how to run it and
``docs/design.md`` why it is built so. POSIX only: nothing outside this package imports it before the watch
is asked for.
"""
