"""Who answers whom: the message flows of a collaboration that come back from another pool to a step of ours."""

from __future__ import annotations

from lxml import etree

from engine.workflow.reading import BPMN, Process


def replies(root: etree._Element, processes: list[Process]) -> dict[tuple[str, str], str]:
    """Give the pool from which a message flow comes to a step, by the step's process and key: the process of the pool,
    or its name where nothing of it is drawn."""
    home = {key: one.id for one in processes for key in one.nodes}
    pools = {one.get("id"): (one.get("processRef") or "", " ".join((one.get("name") or "").split()))
             for one in root.iter(f"{{{BPMN}}}participant")}
    found: dict[tuple[str, str], str] = {}
    for flow in root.iter(f"{{{BPMN}}}messageFlow"):
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        process, name = pools.get(source, (home.get(source, "").partition("/")[0], source))
        if target in home:
            found[home[target], target] = process or name
    return found
