"""The command ``scrubber``, and ``python -m scrubber``."""

# Whatever is imported here could be interrupted before anything can be done about it. So nothing is.


def main() -> None:
    """Run the command line. A signal ends it without a traceback, even while the command line is imported."""
    try:
        from scrubber.stopping import ending_at_once, ignore_signals  # noqa: PLC0415 - see above

        try:
            with ending_at_once():
                from scrubber.cli.main import main as run  # noqa: PLC0415 - see above
            run()
        finally:
            ignore_signals()
    except KeyboardInterrupt:
        import os  # noqa: PLC0415 - see above

        os._exit(130)


if __name__ == "__main__":
    main()
