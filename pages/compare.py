"""Compare: how do several models answer the same question, at the same moment?"""

from dashboard import frame
from dashboard.live import address, ask, blind_vote, modes, pack_run, record_check

WAYS = {"ask": ask, "blind": blind_vote, "pack": pack_run, "record": record_check}

frame.open_page("compare")
modes.show_style()
asked = address.read()
way = WAYS[asked.mode]
frame.say(*way.says())
modes.show(asked)
way.show(asked)
