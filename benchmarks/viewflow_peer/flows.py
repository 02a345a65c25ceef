"""What is filed, and the flow: file, receive, verify, end."""

from __future__ import annotations

from viewflow import jsonstore, this
from viewflow.workflow import flow
from viewflow.workflow.flow.views import CreateProcessView, UpdateProcessView
from viewflow.workflow.models import Process


class Matter(Process):
    """The matter: what is filed, and what the two steps answered; no table of its own."""

    full_name = jsonstore.CharField(max_length=100)
    amount = jsonstore.IntegerField()
    received = jsonstore.CharField(max_length=20, blank=True)
    verified = jsonstore.CharField(max_length=20, blank=True)

    class Meta:
        """A proxy, as the documentation shows."""

        proxy = True
        app_label = "workflow"


class TwoTasks(flow.Flow):
    """File, receive, verify, end."""

    process_class = Matter
    start = flow.Start(CreateProcessView.as_view(fields=["full_name", "amount"])).Next(this.receive)
    receive = flow.View(UpdateProcessView.as_view(fields=["received"])).Assign(username="bench").Next(this.verify)
    verify = flow.View(UpdateProcessView.as_view(fields=["verified"])).Assign(username="bench").Next(this.end)
    end = flow.End()
