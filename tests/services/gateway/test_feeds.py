from schemas import names
from services.gateway.feeds import LINGER, Feeds
from tests.services.gateway.fakes import Clock, FakeBus, Listener
from tests.services.gateway.shapes import OTHER_RACE, RACE

RACE_FEED, OTHER_FEED = names.race(RACE), names.race(OTHER_RACE)


async def test_everybody_who_follows_gets_the_very_bytes() -> None:
    bus, (one, two, other) = FakeBus(), (Listener(), Listener(), Listener())
    feeds = Feeds(bus.as_bus(), Clock())
    feeds.follow(one, RACE_FEED)
    feeds.follow(two, RACE_FEED)
    feeds.follow(other, OTHER_FEED)
    data = b'{"type":"snapshot"}\n'
    bus.handlers[RACE_FEED.feed](data)
    assert one.heard == two.heard == [data]
    assert one.heard[0] is data
    assert other.heard == []


async def test_it_is_heard_when_redis_says_so() -> None:
    bus = FakeBus()
    feeds = Feeds(bus.as_bus(), Clock())
    first, second = feeds.follow(Listener(), RACE_FEED), feeds.follow(Listener(), RACE_FEED)
    assert not first.done()
    bus.confirm(RACE_FEED.feed)
    assert first.done()
    assert second.done()
    assert feeds.follow(Listener(), RACE_FEED).done()


async def test_who_follows_twice_hears_once() -> None:
    bus, listener = FakeBus(), Listener()
    feeds = Feeds(bus.as_bus(), Clock())
    for _ in range(2):
        feeds.follow(listener, RACE_FEED)
    bus.handlers[RACE_FEED.feed](b"x\n")
    assert listener.heard == [b"x\n"]
    feeds.unfollow(listener, RACE_FEED)
    assert not feeds.follows(listener, RACE_FEED)
    feeds.unfollow(listener, RACE_FEED)
    feeds.unfollow(listener, OTHER_FEED)


async def test_a_feed_without_followers_is_heard_a_while_longer_and_then_no_more() -> None:
    bus, clock, listener = FakeBus(), Clock(), Listener()
    feeds = Feeds(bus.as_bus(), clock)
    feeds.follow(listener, RACE_FEED)
    feeds.follow(listener, OTHER_FEED)
    assert feeds.followed() == [RACE_FEED, OTHER_FEED]
    feeds.unfollow(listener, RACE_FEED)
    clock.now = LINGER
    feeds.sweep()
    assert set(bus.handlers) == {RACE_FEED.feed, OTHER_FEED.feed}
    assert feeds.followed() == [OTHER_FEED]
    clock.now = LINGER + 0.1
    feeds.sweep()
    assert set(bus.handlers) == {OTHER_FEED.feed}


async def test_a_follower_that_comes_in_time_finds_it_still_heard() -> None:
    bus, clock = FakeBus(), Clock()
    feeds = Feeds(bus.as_bus(), clock)
    first, second = Listener(), Listener()
    feeds.follow(first, RACE_FEED)
    feeds.unfollow(first, RACE_FEED)
    feeds.follow(second, RACE_FEED)
    clock.now = 10 * LINGER
    feeds.sweep()
    bus.handlers[RACE_FEED.feed](b"x\n")
    assert second.heard == [b"x\n"]


async def test_only_what_has_been_empty_long_enough_is_let_go() -> None:
    bus, clock, listener = FakeBus(), Clock(), Listener()
    feeds = Feeds(bus.as_bus(), clock)
    for owned, at in ((RACE_FEED, 0.0), (OTHER_FEED, 3.0)):
        clock.now = at
        feeds.follow(listener, owned)
        feeds.unfollow(listener, owned)
    clock.now = LINGER + 1.0
    feeds.sweep()
    assert set(bus.handlers) == {OTHER_FEED.feed}


async def test_it_is_known_when_the_last_of_a_feed_came() -> None:
    bus, clock = FakeBus(), Clock()
    feeds = Feeds(bus.as_bus(), clock)
    assert feeds.heard_at(RACE_FEED) == 0.0
    feeds.follow(Listener(), RACE_FEED)
    for clock.now in (1.0, 2.0):
        bus.handlers[RACE_FEED.feed](b"{}\n")
    assert feeds.heard_at(RACE_FEED) == 2.0
