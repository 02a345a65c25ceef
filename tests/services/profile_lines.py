"""The lines of the profile that run: tasks, gateways, processes in processes, activities done several times, data."""

from __future__ import annotations

from tests.services.lines import Line, accept, do, refuse, tell, wait
from tests.workflow.drawing import (
    ASIDE,
    DAY,
    EACH,
    ONE_BY_ONE,
    SUB,
    call,
    catch,
    ending,
    enough,
    extended,
    instances,
    loop,
    on,
    script,
    service,
    sub,
    times,
    user,
)

END = "|e:z|f>a|a>z"
THEN = "|u:b|e:z|f>a|a>b|b>z"
SENDS = extended('<motcua:send data="f.no"/>')
ASKED_OF_EACH = service("k", "profile.office").replace("</bpmn:extensionElements>", EACH + "</bpmn:extensionElements>"
                                                       + instances())
TWICE = ' loopMaximum="2"'
WRITES = "<bpmn:dataOutputAssociation><bpmn:targetRef>r</bpmn:targetRef></bpmn:dataOutputAssociation>"
HANDED = '<motcua:handoff to="police"/>'
OFFICES = {"offices": ["land", "tax"]}
BOTH = [{"office": "land", "x": 1}, {"office": "tax", "x": 2}]
ITEM = "<bpmn:loopDataInputRef>f.offices</bpmn:loopDataInputRef><bpmn:inputDataItem id=\"item_1\" name=\"office\"/>"
POOLS = ('<bpmn:collaboration id="together"><bpmn:participant id="us" processRef="message-flow"/>'
         '<bpmn:participant id="them" name="Archive"/><bpmn:messageFlow id="mf" sourceRef="t" targetRef="them"/>'
         "</bpmn:collaboration>")
LANES = ('<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="leader"><bpmn:flowNodeRef>f</bpmn:flowNodeRef>'
         '<bpmn:childLaneSet id="inner"><bpmn:lane id="l2" name="processing-officer">'
         "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>")

TASKS = {
    "user_task": Line(f"s:f|u:a{END}", (do("a", x=1),), passes="f a z", keeps={"a": {"x": 1}}),
    "task": Line(f"s:f|{user('a', tag='task')}{END}", (do("a"),), passes="f a z", keeps={"a": {}}),
    "manual_task": Line(f"s:f|{user('a', tag='manualTask')}{END}", (do("a"),), passes="f a z", keeps={"a": {}}),
    "script_task": Line(f"s:f|{script('k', 'fee = f.pages * 2')}|e:z|f>k|k>z", given={"pages": 3}, passes="f k z",
                        keeps={"fee": 6}),
    "service_task": Line(f"s:f|{service('k', 'profile.register')}|e:z|f>k|k>z", given={"asks": "owner"},
                         passes="f k z", keeps={"k": {"found": "owner"}}),
    "send_task": Line(f's:f|<bpmn:sendTask id="k" messageRef="m">{SENDS}</bpmn:sendTask>|e:z|f>k|k>z',
                      given={"no": 7}, passes="f k z"),
    "receive_task": Line('s:f|<bpmn:receiveTask id="k" messageRef="m"/>|e:z|f>k|k>z', (tell("extract", pages=2),),
                         passes="f k z", keeps={"k": {"pages": 2}}),
    "call_activity": Line(f"s:f|{call('k', 'called')}|e:z|f>k|k>z", (do("k/a", x=1),), passes="f k/i k/a k/o k z",
                          keeps={"a": {"x": 1}}, called={"called": SUB}),
    "handoff_accepted": Line(f"s:f|{call('k', 'called', HANDED)}|e:z|f>k|k>z", (accept, do("k/a", x=1)),
                             passes="f k/i k/a k/o k z", called={"called": SUB}),
    "handoff_refused": Line(f"s:f|{call('k', 'called', HANDED)}|{on('k', 'r', 'error', ref='refusal')}|u:d|e:y|e:z|"
                            "f>k|k>z|r>d|d>y", (refuse, do("d")), passes="f r d y", called={"called": SUB}),
    "sub_process": Line(f"s:f|{sub('q', SUB)}|e:z|f>q|q>z", (do("q/a", x=1),), passes="f q/i q/a q/o q z",
                        keeps={"a": {"x": 1}}),
}
GATEWAYS = {
    "exclusive_gateway": Line("s:f|u:a|x:x|u:b|u:c|e:z|f>a|a>x|x>b?a.y == 1|x>c?a.y != 1|b>z|c>z",
                              (do("a", y=2), do("c")), passes="f a x c z"),
    "default_flow": Line('s:f|u:a|<bpmn:exclusiveGateway id="x" default="x_c"/>|u:b|u:c|e:z|'
                         "f>a|a>x|x>b?a.y == 1|x>c|b>z|c>z", (do("a", y=2), do("c")), passes="f a x c z"),
    "parallel_gateway": Line("s:f|g:g|u:a|u:b|g:j|e:z|f>g|g>a|g>b|a>j|b>j|j>z", (do("b"), do("a")),
                             passes="f g b a j z"),
    "inclusive_gateway": Line('s:f|<bpmn:inclusiveGateway id="o" default="o_d"/>|u:a|u:b|u:d|'
                              '<bpmn:inclusiveGateway id="j"/>|e:z|f>o|o>a?f.y &gt; 1|o>b?f.y &gt; 2|o>d|'
                              "a>j|b>j|d>j|j>z", (do("a"), do("b")), {"y": 3}, passes="f o a b j z"),
    "event_based_gateway": Line(f's:f|<bpmn:eventBasedGateway id="o"/>|{catch("k", "message")}|'
                                f'{catch("t", "timer", DAY)}|u:a|u:b|e:z|f>o|o>k|o>t|k>a|t>b|a>z|b>z',
                                (tell("extract"), wait(48), do("a")), passes="f o k a z"),
    "event_based_gateway_timer": Line(f's:f|<bpmn:eventBasedGateway id="o"/>|{catch("k", "message")}|'
                                      f'{catch("t", "timer", DAY)}|u:a|u:b|e:z|f>o|o>k|o>t|k>a|t>b|a>z|b>z',
                                      (wait(25), do("b")), passes="f o t b z"),
}
SEVERAL = {
    "multi_instance_parallel": Line(f"s:f|{user('a', instances(), declared=EACH)}{THEN}",
                                    (do("a[2]/a", x=2), do("a[1]/a", x=1), do("b")), OFFICES,
                                    passes="f a[2]/a a[1]/a a b z", keeps={"a": BOTH}),
    "multi_instance_sequential": Line(f"s:f|{user('a', instances(ONE_BY_ONE), declared=EACH)}{THEN}",
                                      (do("a[1]/a", x=1), do("a[2]/a", x=2), do("b")), OFFICES,
                                      passes="f a[1]/a a[2]/a a b z", keeps={"a": BOTH}),
    "loop_data_input": Line(f"s:f|{user('a', instances('', ITEM))}{THEN}",
                            (do("a[1]/a", x=1), do("a[2]/a", x=2), do("b")), OFFICES, keeps={"a": BOTH}),
    "loop_cardinality": Line(f"s:f|{user('a', instances('', times(2)))}{THEN}",
                             (do("a[1]/a", x=1), do("a[2]/a", x=2), do("b")), keeps={"a": [{"x": 1}, {"x": 2}]}),
    "completion_condition": Line(
        f"s:f|{user('a', instances('', times(3) + enough('numberOfCompletedInstances == 2')))}{THEN}",
        (do("a[3]/a", x=3), do("a[1]/a", x=1), do("b")), keeps={"a": [{"x": 1}, {"x": 3}]}),
    "multi_instance_sub_process": Line(
        f"s:f|{sub('q', SUB, inside=extended(EACH) + instances())}|u:b|e:z|f>q|q>b|b>z",
        (do("q[1]/a", x=1), do("q[2]/a", x=2), do("b")), OFFICES, passes="f q[1]/i q[2]/i q[1]/a q[1]/o q[2]/a q b",
        keeps={"q": [{"office": "land", "a": {"x": 1}}, {"office": "tax", "a": {"x": 2}}]}),
    "multi_instance_call": Line(
        f"s:f|{call('k', 'called', EACH, instances(ONE_BY_ONE))}|e:z|f>k|k>z",
        (do("k[1]/a", x=1), do("k[2]/a", x=2)), OFFICES, called={"called": SUB},
        keeps={"k": [{"office": "land", "a": {"x": 1}}, {"office": "tax", "a": {"x": 2}}]}),
    "multi_instance_service": Line(
        f"s:f|{ASKED_OF_EACH}|e:z|f>k|k>z", (), OFFICES,
        keeps={"k": [{"office": "land", "found": "land", "no": 1}, {"office": "tax", "found": "tax", "no": 2}]}),
    "standard_loop": Line(f"s:f|{user('a', loop('a.y == 1'))}{THEN}", (do("a[1]/a", y=1), do("a[2]/a", y=2), do("b")),
                          passes="f a[1]/a a[2]/a a b z", keeps={"a": {"y": 2}}),
    "loop_maximum": Line(f"s:f|{user('a', loop('a.y == 1', TWICE))}{THEN}",
                         (do("a[1]/a", y=1), do("a[2]/a", y=1), do("b")), passes="f a[1]/a a[2]/a a b z"),
}
DATA = {
    "data_object": Line(f"s:f|{user('a', WRITES)}|x:x|u:b|e:z|e:y|f>a|a>x|x>b?extract.ok == 1|x>y?extract.ok != 1|b>z|"
                        '<bpmn:dataObject id="extract"/>|<bpmn:dataObjectReference id="r" dataObjectRef="extract"/>',
                        (do("a", ok=1), do("b")), passes="f a x b z", keeps={"extract": {"ok": 1}}),
    "lanes": Line(LANES + '|s:f|<bpmn:userTask id="a"/>|e:z|f>a|a>z', (do("a"),), passes="f a z"),
    "message_flow": Line(f"s:f|{ending('t', 'message')}|f>t", passes="f t", root=POOLS),
    "boundary_timer_cycle": Line(
        f"s:f|u:a|{on('a', 'k', 'timer', '<bpmn:timeCycle>R2/P1D</bpmn:timeCycle>', **ASIDE)}|u:b|e:z|e:y|"
        "f>a|a>z|k>b|b>y", (wait(25), do("b"), wait(25), do("b"), wait(50), do("a")), passes="f k b y k b y a z"),
}
