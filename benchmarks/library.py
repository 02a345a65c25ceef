"""The library as it comes: its own parser, script engine and serializer. What the product is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask, UserTask
from SpiffWorkflow.util.task import TaskState

from benchmarks import generated


def serializer() -> BpmnWorkflowSerializer:
    """Give the library's serializer with what it lacks by default, the converter of a service task."""
    chosen = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, ServiceTask: BpmnTaskSpecConverter})
    return BpmnWorkflowSerializer(chosen)


def start(diagram: bytes, slug: str = generated.SLUG) -> BpmnWorkflow:
    """Begin a case and run it to its first wait."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(BytesIO(diagram)).getroot(), filename="generated.bpmn")
    workflow = BpmnWorkflow(parser.get_spec(slug), parser.get_subprocess_specs(slug))
    workflow.do_engine_steps()
    return workflow


def waiting(workflow: BpmnWorkflow) -> list[Any]:
    """Give the user tasks that are ready and the service tasks that wait for their answer."""
    return [task for task in workflow.get_tasks(state=TaskState.READY | TaskState.STARTED)
            if isinstance(task.task_spec, (UserTask, ServiceTask))]


def complete(workflow: BpmnWorkflow, task: Any, answers: Mapping[str, Any]) -> None:
    """Do a waiting task, keep its answers under its id, and run to the next wait."""
    task.data[task.task_spec.bpmn_id] = dict(answers)
    if task.state == TaskState.STARTED:
        task.complete()
    else:
        task.run()
    workflow.do_engine_steps()
