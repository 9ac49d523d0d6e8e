from bench.corpus.utterances import spoken_doctors
from booking_client.demo.catalogue import DEFAULT_SEED, doctors_of, load_catalogue
from booking_client.demo.names import load_name_parts
from ivr.caller.background import background_data
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


def test_no_caller_asks_for_a_doctor_whose_name_is_in_speech_used_for_tuning() -> None:
    parts = load_name_parts()
    demonstration = {
        name
        for hospital in load_catalogue().hospitals
        for names in doctors_of(hospital, DEFAULT_SEED, parts).values()
        for name in names
    }
    assert set(callers().tuned_doctors) == demonstration & set(spoken_doctors("dev"))


def test_no_television_and_nobody_in_the_room_has_the_agents_voice() -> None:
    assert VoiceConfig().style not in background_data().talkers
