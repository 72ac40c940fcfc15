"""The table of versions: complete for every profile."""

from standards.profiles import DC_SD_JWT, Profile, rules


def test_every_profile_has_its_rules() -> None:
    """Each accepts the current type, and names every standard at one version."""
    for profile in Profile:
        found = rules(profile)
        assert DC_SD_JWT in found.credential_typ
        names = [version.standard for version in found.versions]
        assert len(set(names)) == len(names)


def test_haip_is_the_stricter_one() -> None:
    """What HAIP accepts, the plain profile accepts; HAIP demands what plain leaves open."""
    plain, haip = rules(Profile.PLAIN), rules(Profile.HAIP)

    assert haip.credential_typ < plain.credential_typ
    assert (haip.key_binding, haip.x5c_only) > (plain.key_binding, plain.x5c_only)
    assert set(plain.versions) < set(haip.versions)
