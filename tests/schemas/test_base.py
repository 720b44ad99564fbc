import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import BadMessage, Codec
from schemas.close import Close, CloseCode
from schemas.race import Phase
from schemas.to_chat import AnyToRoom, to_room
from schemas.to_client import AnyToClient, Head, Paused, to_client
from schemas.to_game import AnyToLobby, AnyToRace, Steering, SteeringRow, to_lobby, to_race
from schemas.to_gateway import AnyToGateway, Deliver, addressed, opened
from schemas.to_server import AnyToServer, Drive, Input, Say, to_server

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
types = st.sampled_from([model.model_fields["type"].default for model in get_args(AnyToServer)])
fields = st.sampled_from(sorted({name for model in get_args(AnyToServer) for name in model.model_fields} - {"type"}))


def decoded(frame: bytes) -> AnyToServer | BadMessage:
    try:
        return to_server.decode(frame)
    except BadMessage as error:
        return error


def refusal(frame: bytes) -> BadMessage:
    error = decoded(frame)
    assert isinstance(error, BadMessage)
    return error


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_bytes_come_a_message_or_a_bad_message_comes_out(frame: bytes) -> None:
    message = decoded(frame)
    if isinstance(message, BadMessage):
        assert message.code in {"bad_message", "unknown_type"}
        assert message.text
        assert len(message.text) + len(message.limit) + len(message.actual) < 1000
    else:
        assert to_server.decode(message.encode()) == message


@given(types, st.dictionaries(fields, json_values, max_size=4))
def test_known_types_with_any_fields_are_a_message_or_a_reason_that_can_be_sent(
    kind: str, some: dict[str, Any]
) -> None:
    message = decoded(json.dumps({"type": kind, **some}).encode())
    if isinstance(message, BadMessage):
        assert message.code == "bad_message"
        reason = Close.because(CloseCode(message.code), message.text, message.limit, message.actual)
        assert reason.line().endswith(b"}\n")


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b'"ping"',
        b"\xef\xbb\xbf" + b'{"type":"ping","id":1}',
        b"[" * 4000,
        b'{"type":' * 500,
        b'{"type":"ping","id":' + b"9" * 4000 + b"}",
        b'{"type":"ping","id":NaN}',
        b'{"type":"ping","id":Infinity}',
        b'{"type":"ping","id":1e400}',
        b'{"type":"ping","id":1.0}',
        b'{"type":"ping","id":true}',
        b'{"type":"ping","id":"1"}',
        b'{"type":"ping","id":-1}',
        b'{"type":"ping","id":9223372036854775808}',
        b'{"type":"ping","id":2147483648}',
        b'{"type":"ping"}',
        b'{"type":"ping","id":1,"score":1000}',
        b'{"type":"say","room":"lobby","id":1,"text":"\\ud800"}',
        b'{"type":"say","room":"race-../../x","id":1,"text":"a"}',
        b'{"type":"join","id":1,"race":"{game:}1"}',
        b'{"type":"drive","inputs":[]}',
        b'{"type":"drive","inputs":[[1,2,3]]}',
        b'{"type":"drive","inputs":[[1,2,101,0]]}',
        b'{"type":"drive","inputs":[[0,2,3,4]]}',
        b'{"type":"drive","inputs":[[1,2,3,4,5]]}',
        b'{"id":1}',
        b'{"type":1}',
        b'{"type":["ping"],"id":1}',
    ],
)
def test_what_is_not_exactly_a_message_is_refused_with_limit_and_actual(frame: bytes) -> None:
    error = refusal(frame)
    assert error.code in {"bad_message", "unknown_type"}
    assert error.limit


def test_an_unknown_type_is_told_apart_and_named() -> None:
    error = refusal(b'{"type":"teleport","x":1}')
    assert (error.code, error.actual) == ("unknown_type", "teleport")


def test_a_key_that_comes_twice_counts_once_the_last() -> None:
    assert to_server.decode(b'{"type":"ping","id":1,"id":2}').encode() == b'{"type":"ping","id":2}'


def test_a_long_peers_input_is_not_repeated_in_full() -> None:
    assert len(refusal(b'{"type":"%s"}' % (b"x" * 3000)).actual) <= 80


@pytest.mark.parametrize("union", [AnyToServer, AnyToClient, AnyToRace, AnyToLobby, AnyToRoom, AnyToGateway])
def test_every_message_starts_with_its_type_and_no_two_share_one(union: Any) -> None:
    models = get_args(union)
    kinds = [model.model_fields["type"].default for model in models]
    assert len(set(kinds)) == len(kinds)
    assert all(next(iter(model.model_fields)) == "type" for model in models)


def test_only_what_a_newer_one_replaces_may_be_dropped() -> None:
    everything = [*get_args(AnyToClient), *get_args(AnyToRace), *get_args(AnyToRoom), *get_args(AnyToLobby)]
    droppable = {model.model_fields["type"].default for model in everything if model.droppable}
    assert droppable == {"snapshot", "head", "race_list", "steering"}


def test_a_line_is_the_json_and_one_newline_whatever_the_text_holds() -> None:
    line = Say(room="lobby", id=1, text="a\nb\u2028c$").line()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert to_server.decode(line[:-1]) == Say(room="lobby", id=1, text="a\nb\u2028c$")


def test_rows_are_arrays_on_the_wire() -> None:
    drive = Drive(inputs=(Input(1, 60, -100, 100),))
    assert drive.encode() == b'{"type":"drive","inputs":[[1,60,-100,100]]}'
    steering = Steering(rows=(SteeringRow("0123456789abcdef", 1, 60, -100, 100),))
    assert to_race.decode(steering.encode()) == steering


def test_head_line_and_body_come_apart_as_they_were_put_together() -> None:
    head = Deliver(session="0123456789abcdef")
    assert opened(addressed(head, b"one\ntwo\n")) == (head, b"one\ntwo\n")
    assert opened(addressed(head)) == (head, b"")
    with pytest.raises(BadMessage):
        opened(b"nonsense\nbody\n")


def test_a_replacement_is_checked_like_a_new_one() -> None:
    head = Head(room="lobby", era="00000000", epoch=1, number=1, count=1)
    assert head.replace(number=2).number == 2
    with pytest.raises(ValueError, match="number"):
        head.replace(number=-1)


@pytest.mark.parametrize("codec", [to_server, to_client, to_race, to_lobby, to_room])
def test_every_union_has_a_json_schema_with_its_types(codec: Any) -> None:
    assert len(codec.json_schema()["oneOf"]) == len(codec.json_schema()["discriminator"]["mapping"])


def test_enumerations_travel_as_their_words() -> None:
    assert json.dumps(Phase.RACING) == '"racing"'


def test_an_unknown_field_is_refused_unless_the_peer_may_be_newer() -> None:
    frame = b'{"type":"paused","paused":true,"why":"rain"}'
    assert to_client.decode(frame) == Paused(paused=True)
    with pytest.raises(BadMessage, match="why"):
        Codec[Paused](Paused).decode(frame)
