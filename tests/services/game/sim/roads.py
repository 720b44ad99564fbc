"""Roads whose traffic a test places itself."""

from services.game.sim.traffic import SLOTS, Traffic, Vehicle
from services.game.sim.tuning import SLOT_LENGTH


def road(*placed: tuple[int, int]) -> Traffic:
    """A road with cars that do not sway at (lane, distance at the green light [mm]), each well within its slot."""
    traffic = Traffic(0)
    for lane in traffic.lanes:
        lane.slots.update(dict.fromkeys(range(SLOTS)))
    for lane_index, base in placed:
        traffic.lanes[lane_index].slots[base // SLOT_LENGTH] = Vehicle(base, 0, 0, 0)
    return traffic
