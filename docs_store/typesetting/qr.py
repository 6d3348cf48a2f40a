"""QR codes as drawings."""

import io

import segno

MASK = 2


def qr_svg(address: str) -> str:
    """Return the address as a QR code of error level M, without its quiet zone: the template leaves it.

    The mask is given: choosing the best of eight takes longer than all the rest, and readers accept any.
    """
    drawing = io.BytesIO()
    segno.make_qr(address, error="m", boost_error=False, mask=MASK).save(
        drawing, kind="svg", border=0, dark="#000", xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return drawing.getvalue().decode()
