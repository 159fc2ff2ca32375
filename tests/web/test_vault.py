"""The vault: a secret is sealed with the first key, for one endpoint, and opens with whichever sealed it."""

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import SecretStr, ValidationError

from domain.ids import new_id
from domain.webhooks import NewSecret
from tests.support.things import SECRET
from web.settings import Settings
from web.vault import AesVault, new_keys, read_keys

ONE, TWO = "11" * 32, "a2" * 32
KEYS = {"1": bytes.fromhex(ONE), "2": bytes.fromhex(TWO)}
ENDPOINT = new_id()


def vault(*ids: str) -> AesVault:
    return AesVault({id: KEYS[id] for id in ids})


class TestSealing:
    def test_what_was_sealed_opens_for_the_same_endpoint(self) -> None:
        sealed = vault("1").seal(SECRET, about=ENDPOINT)
        assert re.fullmatch(r"1\.[A-Za-z0-9_-]+={0,2}", sealed)
        assert "whsec_" not in sealed
        assert SECRET.removeprefix("whsec_") not in sealed
        assert vault("1").open(sealed, about=ENDPOINT) == SECRET

    def test_it_fits_into_its_column(self) -> None:
        longest = AesVault({"x" * 16: KEYS["1"]}).seal(NewSecret().text, about=ENDPOINT)
        assert len(longest) <= 200

    def test_the_same_secret_is_never_sealed_alike(self) -> None:
        one = vault("1")
        assert len({one.seal(SECRET, about=ENDPOINT) for _ in range(20)}) == 20

    @settings(max_examples=50, deadline=None)
    @given(secret=some.text(some.characters(codec="utf-8"), max_size=60).filter(lambda text: text[:6] != "whsec_"))
    def test_any_text_comes_back(self, secret: str) -> None:
        assert vault("1").open(vault("1").seal(secret, about=ENDPOINT), about=ENDPOINT) == secret

    def test_the_first_key_seals_and_all_open(self) -> None:
        old = vault("1").seal(SECRET, about=ENDPOINT)
        both = vault("2", "1")
        assert both.open(old, about=ENDPOINT) == SECRET
        new = both.seal(SECRET, about=ENDPOINT)
        assert new.startswith("2.")
        assert (both.is_fresh(old), both.is_fresh(new), both.is_fresh(SECRET)) == (False, True, False)
        assert vault("2").open(new, about=ENDPOINT) == SECRET

    def test_one_from_before_there_were_keys_opens_as_it_is(self) -> None:
        assert vault("1").open(SECRET, about=ENDPOINT) == SECRET


class TestRefusing:
    def test_a_key_that_is_missing_is_named(self) -> None:
        sealed = vault("1").seal(SECRET, about=ENDPOINT)
        with pytest.raises(LookupError) as missing:
            vault("2").open(sealed, about=ENDPOINT)
        assert str(missing.value) == (
            f"the secret of endpoint {ENDPOINT} needs the key '1', which SWAPSHOP_WEBHOOK_KEYS has not"
        )

    def test_another_key_under_the_same_id_is_found_out(self) -> None:
        sealed = AesVault({"1": KEYS["2"]}).seal(SECRET, about=ENDPOINT)
        with pytest.raises(LookupError) as wrong:
            vault("1").open(sealed, about=ENDPOINT)
        assert str(wrong.value) == (
            f"the key '1' does not open the secret of endpoint {ENDPOINT}: is it the right one?"
        )

    def test_the_secret_of_one_endpoint_is_good_for_no_other(self) -> None:
        sealed = vault("1").seal(SECRET, about=ENDPOINT)
        with pytest.raises(LookupError, match="does not open"):
            vault("1").open(sealed, about=new_id())

    def test_one_changed_bit_anywhere_is_found_out(self) -> None:
        raw = base64.urlsafe_b64decode(vault("1").seal(SECRET, about=ENDPOINT).removeprefix("1."))
        for at in range(len(raw)):
            changed = bytearray(raw)
            changed[at] ^= 1
            with pytest.raises(LookupError, match="does not open"):
                vault("1").open(f"1.{base64.urlsafe_b64encode(changed).decode()}", about=ENDPOINT)

    @pytest.mark.parametrize("garbage", ["1.", "1.x", "1.AAAA", "1.ñ", f"1.{'A' * 400}"])
    def test_what_was_never_sealed_does_not_open(self, garbage: str) -> None:
        with pytest.raises(LookupError, match="does not open"):
            vault("1").open(garbage, about=ENDPOINT)


class TestKeys:
    def test_they_are_read_in_order(self) -> None:
        assert list(read_keys(f"2:{TWO},1:{ONE}").items()) == [("2", KEYS["2"]), ("1", KEYS["1"])]
        assert read_keys(f" new-2026 :{ONE}".replace(" :", ":")) == {"new-2026": KEYS["1"]}
        assert read_keys(f"1:{ONE.upper()} , 2:{TWO}") == KEYS

    def test_new_ones_are_random_and_are_read(self) -> None:
        first, second = new_keys(), new_keys()
        assert first != second
        [(id, key)] = read_keys(first).items()
        assert (id, len(key)) == ("1", 32)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "key 1 is not an id, a colon and 64 hex digits"),
            (ONE, "key 1 is not an id"),
            (f"1:{ONE},", "key 2 is not an id"),
            (f"1:{ONE[:-1]}", "key 1 is not an id"),
            (f"1:{ONE}0", "key 1 is not an id"),
            (f":{ONE}", "key 1 is not an id"),
            (f"a.b:{ONE}", "key 1 is not an id"),
            (f"ñ:{ONE}", "key 1 is not an id"),
            (f"1:{'x' * 64}", "key 1 is not an id"),
            (f"1:{ONE},1:{TWO}", "the id '1' is there twice"),
        ],
    )
    def test_what_is_wrong_is_said_and_no_key_is_repeated(self, text: str, said: str) -> None:
        with pytest.raises(ValueError, match=re.escape(said)) as wrong:
            read_keys(text)
        with pytest.raises(ValidationError) as refused:
            Settings(webhook_keys=SecretStr(text))
        for message in (str(wrong.value), str(refused.value)):
            assert ONE[:16] not in message
            assert TWO[:16] not in message
