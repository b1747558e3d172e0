"""One record, one line: what a visitor typed can't pretend to be another log entry."""

import logging

# Everything below space, DEL, and the line ends that only Unicode knows.
ESCAPES = {
    ordinal: ascii(chr(ordinal))[1:-1]
    for ordinal in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029)
}


class Line(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 logging's own name
        return super().formatMessage(record).translate(ESCAPES)
