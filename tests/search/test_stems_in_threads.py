"""Web processes answer several searches at once, each in a thread of its own."""

from concurrent.futures import ThreadPoolExecutor

from search.rules.text import stem

THREADS = 8
WORDS = [f"{root}{number}iendo" for number in range(300) for root in ("autoriz", "notific", "resolv")]


def test_threads_that_stem_at_once_do_not_disturb_one_another() -> None:
    alone = [stem.__wrapped__(word) for word in WORDS]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda _thread: [stem.__wrapped__(word) for word in WORDS], range(THREADS)))
    assert together == [alone] * THREADS
