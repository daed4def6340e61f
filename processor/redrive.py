"""`python -m processor.redrive`: moves messages from the dead-letter queue back into the queue."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

import boto3

from processor.dead_letters import DeadLetters
from processor.queue import Queue
from records.errors import ScalperError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from processor.dead_letters import DeadLetter


def redrive(dead_letters: DeadLetters, queue: Queue, *, most: int = 100_000) -> list[DeadLetter]:
    """Move messages back until there are none, or so many were moved; what was moved.

    A message is sent before it is deleted: after a crash in between it is in both queues, and whatever it
    is about is found to be done when it comes a second time.
    """
    moved: list[DeadLetter] = []
    while len(moved) < most and (letters := dead_letters.take(most_calls=1)):
        queue.send_bodies([letter.body for letter in letters])
        dead_letters.delete(letters)
        moved += letters
    return moved


def look(dead_letters: DeadLetters) -> list[DeadLetter]:
    """What is in the dead-letter queue, left there: up to 1,000 messages."""
    letters = dead_letters.take(most_calls=100)
    dead_letters.release(letters)
    return letters


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m processor.redrive",
        description="Show what is in the dead-letter queue, or move it back. Fix the cause first.",
    )
    parser.add_argument("--dead-letter-queue-url", required=True, help="the output deadLetterQueueUrl")
    parser.add_argument("--queue-url", required=True, help="the output queueUrl")
    parser.add_argument("--move", action="store_true", help="move the messages; without it they are shown")
    parser.add_argument(
        "--most", type=int, default=100_000, help="move at most so many (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    client = boto3.client("sqs")
    dead_letters = DeadLetters(client, options.dead_letter_queue_url)
    try:
        if options.move:
            letters = redrive(dead_letters, Queue(client, options.queue_url), most=options.most)
        else:
            letters = look(dead_letters)
    except ScalperError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for letter in letters:
        print(json.dumps(letter.described(), ensure_ascii=False))
    done = "moved back" if options.move else "in the dead-letter queue; --move moves them back"
    print(f"{len(letters):,} {'message' if len(letters) == 1 else 'messages'} {done}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
