from ivr.simulate.people import TODAY
from ivr.simulate.places import places_with_doctors


async def test_every_department_is_there_and_its_doctors_have_places_on_their_day() -> None:
    places = await places_with_doctors(TODAY, 3)
    assert len({place.hospital for place in places}) == 38
    assert len(places) > 800
    with_doctors = [place for place in places if place.doctors]
    assert len(with_doctors) > len(places) / 2
    assert {day for place in places for day in place.doctors} == {1, 2, 3}
