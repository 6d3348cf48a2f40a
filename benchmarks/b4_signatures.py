"""B4: the fifty-first signature on a file, beside the first."""

from benchmarks.registry import Measure, benchmark, compare
from benchmarks.signing_desk import act_of_a_megabyte, sign
from docs_store.ports import Place

EARLIER = 50
COLUMNS, WIDTH_MM, HEIGHT_MM = 8, 20, 8
TIMES = 20


@benchmark("B4", "sign 1 MB after 50 signatures / before any", ratio_at_most=1.5)
def run() -> Measure:
    fresh = act_of_a_megabyte([_place(order) for order in range(1, EARLIER + 2)])
    crowded = fresh
    for order in range(1, EARLIER + 1):
        crowded = sign(crowded, f"Firma{order}")
    last = f"Firma{EARLIER + 1}"
    return compare(lambda: sign(fresh, last), lambda: sign(crowded, last), times=TIMES)


def _place(order: int) -> Place:
    row, column = divmod(order - 1, COLUMNS)
    return Place(order, 1, 20 + column * (WIDTH_MM + 1), 120 + row * (HEIGHT_MM + 1), WIDTH_MM, HEIGHT_MM)
