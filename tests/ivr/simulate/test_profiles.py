from ivr.config import VoiceConfig
from ivr.simulate.profiles import PROFILES, callers


def test_every_profile_is_there_and_none_has_the_agents_voice() -> None:
    profiles = callers().profiles
    assert set(PROFILES) == set(profiles)
    agents = VoiceConfig().style
    assert all(agents not in profile.voices for profile in profiles.values())


def test_profiles_get_harder() -> None:
    clear, elderly, hard = (callers().profiles[name] for name in PROFILES)
    assert clear.manners.hesitates < elderly.manners.hesitates < hard.manners.hesitates
    assert max(clear.loss) < max(elderly.loss) < max(hard.loss)
    assert all(room.noise is None for room in clear.rooms)
    assert all(room.noise is not None for room in hard.rooms)
