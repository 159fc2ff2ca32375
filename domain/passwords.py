"""Passwords: which ones are too short, too long, or the first that anybody would try."""

from domain.text import folded

LEAST_BYTES, MOST_BYTES = 12, 256

# What anybody tries first, as far as it is long enough, in lower case.
COMMONEST = frozenset(
    """
    123123123123 123456123456 123456789012 1234567890123 12345678901234 123456789012345 1234567890qwerty
    123456789abc 123456789qwerty 1234qwerasdf 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv
    abcdefghijkl abcdefghijklm abcd12345678 administrator administrator1 adminadmin12 adminadminadmin
    baseballbaseball changeme1234 changemechangeme charlie12345 computer1234 football1234 footballfootball
    iloveyou1234 iloveyouforever iloveyousomuch letmein12345 letmeinletmein liverpool123 login1234567
    manchesterunited master123456 monkey123456 mypassword12 mypassword123 p@ssw0rd1234 passw0rd1234 password1234
    password12345 password123456 password1234567 password12345678 password123456789 passwordpassword
    princess1234 qazwsxedcrfv qwer1234qwer qwerty123456 qwerty1234567 qwerty12345678 qwertyqwerty qwertyuiop12
    qwertyuiop123 qwertyuiop1234 qwertyuiopasdf qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm sunshine1234
    superman1234 trustno1trustno1 welcome12345 welcome123456 zaq12wsxcde3 zxcvbnm12345
    zxcvbnmasdfghjklqwertyuiop
    """.split()  # noqa: SIM905 (a list of words reads as one)
)


def problem(password: str, *, email: str) -> str | None:
    """What is wrong with a user's password, as the end of a sentence; None when it is good."""
    size = len(password.encode("utf-8", "surrogatepass"))
    if not LEAST_BYTES <= size <= MOST_BYTES:
        return f"must have {LEAST_BYTES} to {MOST_BYTES} bytes, it has {size}"
    plain = folded(password)
    if plain == folded(email):
        return "must not be the e-mail address"
    if plain in COMMONEST:
        return "is one of the first that anybody would try: choose another"
    return None
