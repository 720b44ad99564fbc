import pytest

from client.screens.actions import Back, Bind, Choose, Confirm, Move
from client.screens.options import KEYS, OPTIONS, OptionsScreen
from client.screens.views import Amount, Binding
from client.settings import LOUDEST, Keys, Preferences, Settings, Sight


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(Settings())


@pytest.fixture
def screen(preferences: Preferences) -> OptionsScreen:
    return OptionsScreen(preferences)


def row(screen: OptionsScreen, name: str) -> Amount | Binding:
    return next(row for row in screen.view().rows if row.name == name)


def bindings(screen: OptionsScreen) -> dict[str, tuple[str, ...]]:
    return {row.name: row.keys for row in screen.view().rows if isinstance(row, Binding)}


def test_there_is_a_row_for_each_setting_and_each_key(screen: OptionsScreen) -> None:
    assert [row.name for row in screen.view().rows] == [*OPTIONS, *KEYS]
    assert set(KEYS) == set(dict(Keys()))


def test_left_and_right_change_what_has_the_focus_up_to_its_ends(
    screen: OptionsScreen, preferences: Preferences
) -> None:
    for _ in range(20):
        screen.act(Move(1, 0))
    volume = row(screen, "volume")
    assert isinstance(volume, Amount)
    assert (preferences.now.volume, volume.text, volume.less, volume.more) == (LOUDEST, str(LOUDEST), True, False)
    for _ in range(20):
        screen.act(Move(-1, 0))
    assert preferences.now.volume == 0


@pytest.mark.parametrize("name", OPTIONS)
def test_confirming_goes_through_all_values_and_round_again(
    name: str, screen: OptionsScreen, preferences: Preferences
) -> None:
    screen.act(Choose(name))
    before, seen = getattr(preferences.now, name), []
    for _ in OPTIONS[name].values:
        screen.act(Confirm())
        seen.append(getattr(preferences.now, name))
    assert set(seen) == set(OPTIONS[name].values)
    assert seen[-1] == before


def test_every_value_has_words(screen: OptionsScreen, preferences: Preferences) -> None:
    for sight in Sight:
        preferences.change(sight=sight)
        shown = row(screen, "sight")
        assert isinstance(shown, Amount)
        assert shown.text


def test_the_next_key_after_a_confirmation_drives_from_then_on(screen: OptionsScreen, preferences: Preferences) -> None:
    screen.act(Choose("left"))
    assert screen.view().waiting
    screen.act(Bind("j"))
    assert not screen.view().waiting
    assert preferences.now.driving.left == ("j", "left")


def test_a_key_that_did_something_else_does_it_no_more(screen: OptionsScreen) -> None:
    screen.act(Choose("left"))
    screen.act(Bind("d"))
    assert (bindings(screen)["left"], bindings(screen)["right"]) == (("d", "left"), ("right",))


@pytest.mark.parametrize("key", ["return", "enter", "tab", "f1"])
def test_a_key_that_is_needed_elsewhere_is_not_taken(key: str, screen: OptionsScreen) -> None:
    screen.act(Choose("left"))
    screen.act(Bind(key))
    assert bindings(screen)["left"] == ("left", "a")
    assert not screen.view().waiting


def test_escape_leaves_the_key_as_it_is_and_once_more_leaves_the_settings(screen: OptionsScreen) -> None:
    screen.act(Choose("left"))
    screen.act(Back())
    assert (screen.view().waiting, screen.done) == (False, False)
    screen.act(Back())
    assert screen.done


def test_keys_can_be_as_they_were(screen: OptionsScreen, preferences: Preferences) -> None:
    screen.act(Choose("left"))
    screen.act(Bind("j"))
    screen.act(Choose("default keys"))
    assert preferences.now.driving == Keys()


def test_a_key_that_nobody_asked_for_binds_nothing(screen: OptionsScreen) -> None:
    screen.act(Bind("j"))
    assert bindings(screen)["left"] == ("left", "a")


def test_all_can_be_reached_by_keys_alone(screen: OptionsScreen) -> None:
    for _ in range(len(OPTIONS) + len(KEYS)):
        screen.act(Move(0, 1))
    screen.act(Move(1, 0))
    screen.act(Confirm())
    assert screen.done
