"""Every bound and every time that client and server must agree on.

Sizes are bytes or characters, times are seconds unless the name says otherwise.
"""

from typing import Final

PROTOCOL: Final = 1
"""Version of the protocol; a client of another version is closed with `version`."""

# Frames
MAX_FRAME_BYTES: Final = 4096
"""Longest line a client may send, its newline included."""
MAX_SERVER_FRAME_BYTES: Final = 64 * 1024
"""Longest line a server may send; a client may close on a longer one."""

# Names and texts
NICK_MIN: Final = 3
NICK_MAX: Final = 16
RACE_NAME_MAX: Final = 24
CHAT_TEXT_MAX: Final = 300

# Race
TICK_HZ: Final = 60
SNAPSHOT_TICKS: Final = 3
"""A running race is stored and published every so many ticks (20 Hz)."""
IDLE_SNAPSHOT_TICKS: Final = 15
"""The same while cars stand still: often enough to keep the lease."""
MAX_SEATS: Final = 8
MAX_WATCHERS: Final = 64
INPUTS_PER_MESSAGE: Final = 16
INPUT_WINDOW_TICKS: Final = 60
"""Steering may be stamped at most this far ahead of the race's tick."""
INPUT_REPEAT: Final = 0.25
"""A client repeats its newest steering this often, unacknowledged or not."""
INPUT_SILENCE_TICKS: Final = 60
"""A car whose driver was silent for so long has its wheel straightened and its pedals released."""
WIN_SCORE: Final = 1000
WAITING_TICKS: Final = 20 * TICK_HZ
COUNTDOWN_TICKS: Final = 3 * TICK_HZ
RACING_TICKS: Final = 300 * TICK_HZ
"""A race that nobody has won by then ends as it stands."""
FINISH_TICKS: Final = 15 * TICK_HZ
"""After the winner, the others have so long to finish."""
PODIUM_TICKS: Final = 60 * TICK_HZ
"""A finished race in which nobody asks for a rematch is closed after so long."""
MAX_LISTED_RACES: Final = 50
BOARD_ROWS: Final = 10

# Chat
HISTORY_LINES: Final = 200
ENTER_LINES: Final = 50
"""History sent to somebody who enters a room for the first time."""
ANNOUNCED_MEMBERS: Final = 50
"""A room with more members lists and announces nobody; it tells their number only."""

# Sessions and connections
HELLO_WITHIN: Final = 5.0
PING_EVERY: Final = 1.0
"""The gateway pings this often, ..."""
PING_EVERY_AT_REST: Final = 3.0
"""... but only this often a client that is at rest."""
REST_AFTER: Final = 10.0
"""Seconds without asking for or saying anything, outside of races, after which a client is at rest."""
PONG_WITHIN: Final = 5.0
"""A connection is closed where a ping has had no answer for so long; clients use SERVER_SILENCE the other way."""
SERVER_SILENCE: Final = 1.2
"""A client that heard nothing for so long (pings come every second, snapshots faster) tries another gateway; ..."""
SERVER_SILENCE_AT_REST: Final = 4.0
"""... at rest only after so long, and SERVER_SILENCE after it asks for something again."""
SESSION_GRACE: Final = 30.0
"""A dropped player keeps name and seat for so long."""
SESSION_LIFETIME: Final = 24 * 3600.0
"""A session ends after so long, however often it came back: its player begins anew with `hello`."""
LEFT_HELD_BACK: Final = 5.0
"""A dropped player's leaving is announced only after so long."""
MAX_GATEWAYS_TOLD: Final = 8
MAX_CAPABILITIES: Final = 8
REQUEST_RETRY: Final = 1.0
"""A client repeats an unanswered request, with the same id, this often."""

MAX_NUMBER: Final = 2**31 - 1
"""Upper end of every counter: ticks, epochs, inputs, chat lines, request ids."""
