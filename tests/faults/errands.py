"""What a client does: files cases and carries each some way, races with itself and with others, and now and then does
what an office does beside: papers, messages, hand-offs, incidents, moving cases to a new version."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from tests.faults.acts import Act

if TYPE_CHECKING:
    from tests.faults.clients import Client

Json = dict[str, Any]
FILED = ("two-tasks", "two-tasks", "permit", "permit", "timed", "reminding", "consulting", "asking", "paying",
         "checked", "halting")
OUTCOMES = {"receive": ["accepted"], "permit/verify": ["approve", "approve", "supplement"], "verify": ["approve"],
            "sign": ["signed"], "attempt": ["go", "leave", "stuck"], "examine": ["agree", "object"],
            "consulting/decide": ["approve", "again"], "decide": ["approve"]}
MOVED = ("two-tasks", "permit", "paying")


def run(client: Client, wanted: str) -> None:
    """Go about the office until the end: `all` errands, or only those of one kind, again and again."""
    while client.on():
        case = file(client, wanted)
        for _ in range(client.chance.randint(1, 9)):
            if case is None or not client.on():
                break
            case = step(client, case)
        if client.chance.random() < 0.5:
            beside(client)


def file(client: Client, wanted: str) -> Json | None:
    """File a case under a name that is the intent's own; now and then by a double click."""
    note = client.note()
    slug = client.chance.choice(FILED) if wanted == "all" else wanted
    filed = Act("file", "binh", "/cases", note, {
        "procedure": slug, "submission": {"applicant": {"full_name": note}, "amount": 1}})
    status, answer = client.do_twice(filed) if client.chance.random() < 0.15 else client.do(filed)
    return answer if status in (200, 201) else None


def step(client: Client, case: Json) -> Json | None:
    """Do one thing to a case that somebody may do now; None where there is nothing, or it cannot be read."""
    answer = None
    offered = [one for one in case["handoffs"] if one["open"] and one["status"] in ("offered", "accepted", "refused")]
    throw = client.chance.random()
    if throw < 0.08:
        paper(client, case)
    elif case["procedure"] == "paying" and throw < 0.45:
        pay(client, case)
    elif offered and throw < 0.7:
        hand_off(client, case, client.chance.choice(offered))
    elif case["tasks"]:
        answer = on_task(client, case, client.chance.choice(case["tasks"]))
    elif not offered and case["procedure"] not in ("paying", "checked"):
        return None
    return answer or client.look(case["code"])


def on_task(client: Client, case: Json, task: Json) -> Json | None:
    """Claim or complete a task as somebody who may; sometimes twice at once, or two people at once."""
    account = _who(client, case["procedure"], task)
    if task["key"] == "work":
        time.sleep(client.chance.uniform(0.2, 1.8))       # about when its timer fires
    throw = client.chance.random()
    if task["status"] == "ready" and throw < 0.3:
        rivals = [account] if task["unit"] == "police" or task["role"] != "processing-officer" else ["an", "khoa"]
        if case["procedure"] == "permit":
            rivals = [account]
        acts = [Act("claim", who, f"/tasks/{task['id']}/claim", client.note(), {}, task["id"]) for who in rivals]
        done = client.race(acts)
    elif throw < 0.45:
        done = [client.do_twice(completion(client, case["procedure"], task, account))]
    elif throw < 0.6:
        done = client.race([completion(client, case["procedure"], task, account) for _ in range(2)])
    else:
        done = [client.do(completion(client, case["procedure"], task, account))]
    return next((answer for status, answer in done if status == 200), None)


def completion(client: Client, procedure: str, task: Json, account: str) -> Act:
    """Give the completion of a task with a note that is the intent's own."""
    note = client.note()
    choices = OUTCOMES.get(f"{procedure}/{task['key']}") or OUTCOMES.get(task["key"])
    submission = {"note": note, **({"outcome": client.chance.choice(choices)} if choices else {})}
    return Act("complete", account, f"/tasks/{task['id']}/complete", note, {"submission": submission}, task["id"])


def _who(client: Client, procedure: str, task: Json) -> str:
    """Give somebody who may do a task: its holder, if any; four eyes are kept by who never begins."""
    if task["holder"]:
        return str(task["holder"])
    if task["unit"] == "police":
        return "tam" if task["role"] == "receiving-officer" else "son"
    by_role = {"receiving-officer": "binh", "applicant": "binh", "leader": "khoa"}
    if task["role"] in by_role:
        return by_role[task["role"]]
    return "an" if procedure == "permit" else client.chance.choice(["an", "khoa"])


def hand_off(client: Client, case: Json, one: Json) -> None:
    """Do with a hand-off what its state asks for: answer it, sometimes two people at once, offer it again, give the
    result."""
    path, note = f"/handoffs/{one['id']}", client.note()
    if one["status"] == "refused":
        client.do(Act("offer", "binh", f"{path}/offer", note, {}, one["id"]))
    elif one["status"] == "accepted" and case["procedure"] == "asking":
        client.do(Act("result", client.chance.choice(["tam", "minh"]), f"{path}/result", note,
                       {"answer": {"clean": True, "note": note}}, one["id"]))
    elif one["status"] == "offered":
        first = Act("accept", "tam", f"{path}/accept", note, {}, one["id"])
        other = client.note()
        second = Act("refuse", "minh", f"{path}/refuse", other, {"reason": f"không thuộc thẩm quyền {other}"},
                      one["id"])
        throw = client.chance.random()
        if throw < 0.4:
            client.race([first, second])
        else:
            client.do(first if throw < 0.8 else second)


def pay(client: Client, case: Json) -> None:
    """Tell a case that was paid for, early or in time; the bank says most things twice."""
    note = client.note()
    message = Act("message", "binh", f"/cases/{case['code']}/messages", note,
                   {"message": "payment", "id": note, "payload": {"note": note}}, case["code"])
    again = Act("message", "binh", message.path, client.note(), message.body, case["code"])
    if client.chance.random() < 0.4:
        client.race([message, again])
    else:
        client.do(message)
        client.do(again)


def paper(client: Client, case: Json) -> None:
    """Add a paper to a case that is not over."""
    if case["closed_at"] is None and case["procedure"] != "ticking":
        note = client.note()
        content = b"%PDF-1.4\n" + note.encode() + client.chance.randbytes(client.chance.randint(10, 60_000))
        client.upload(case["code"], note, content, hashlib.sha256(content).hexdigest())


def beside(client: Client) -> None:
    """Do what is not about a case of one's own: take tasks that others may be doing, see to incidents, move cases."""
    throw = client.chance.random()
    if throw < 0.6:
        account = client.chance.choice(["binh", "an"])
        found = client.get(account, "/tasks?mine=1")
        if found and found.get("tasks"):
            task = client.chance.choice(found["tasks"][:20])
            client.do(completion(client, task["case"]["procedure"], task, account))
    elif throw < 0.8:
        found = client.get("quan", "/incidents")
        for one in (found or {}).get("incidents", [])[:3]:
            client.do(Act("retry", "quan", f"/incidents/{one['id']}/retry", client.note(), {}, one["id"]))
    else:
        move(client, client.chance.choice(MOVED))


def move(client: Client, slug: str) -> None:
    """Move a few cases to the newest version of their procedure, as an administrator."""
    found = client.get("binh", f"/cases?procedure={slug}")
    codes = [one["code"] for one in (found or {}).get("cases", [])[:4]]
    if codes:
        note = client.note()
        client.do(Act("move", "quan", f"/procedures/{slug}/migration", note, {"cases": codes, "reason": note}, slug),
                  key=False)
