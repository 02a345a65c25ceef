"""What FEEL means, said in our language. FEEL knows three answers, true, false and null, and a null is never taken;
ours stops where a name is missing. So every part is asked for two things: when it is true, and when it is false. For
`a > 5` that is `has(a) and a > 5`, and `has(a) and a <= 5`; with a missing neither holds, as in FEEL, also under
`not()`.

Where a value itself would be null (a sum with a missing part) ours stops with its reason instead. That is another
outcome, but never a silent one. The same holds for values of two kinds: FEEL says null, ours says that they cannot be
compared."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from engine.workflow.language import building as our
from engine.workflow.language import spans
from engine.workflow.language.feel import (
    COMPARISONS,
    Binary,
    Call,
    Choice,
    In,
    ListOf,
    Literal,
    Negative,
    Node,
    Path,
    Range,
    Test,
)
from engine.workflow.language.feel_functions import FUNCTIONS
from engine.workflow.language.notation import MAX_NODES
from engine.workflow.language.reasons import ExpressionError

_READERS = {"date": spans.day, "instant": spans.instant, "duration": spans.span}


class Meaning:
    """Says the parts of one expression in our language; `names` says what a name of FEEL is called in ours. What an
    expression costs to translate is bounded, because nothing is made larger than an expression may be."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.asked = 0

    def condition(self, node: Node) -> ast.expr:
        """Say an expression as a condition if it is one, else as the value it is, stopping where that is missing."""
        chosen = isinstance(node, Choice) and (self.is_truth(node.yes) or self.is_truth(node.no))
        if chosen or self.is_truth(node):
            return self.true(node)
        if isinstance(node, Choice):
            return our.choice(self.true(node.test), self.condition(node.yes), self.condition(node.no))
        return self.value(node)

    def answer(self, node: Node) -> ast.expr:
        """Say an expression as a value: null where FEEL says null because a name is missing, as far as it is a name
        or a truth."""
        if isinstance(node, Path):
            return self.or_null([node], self.value(node))
        return self.value(node)

    def is_truth(self, node: Node) -> bool:
        """Tell whether an expression gives true, false or null, whatever the data."""
        if isinstance(node, Binary):
            return node.sign in ("and", "or", *COMPARISONS)
        if isinstance(node, Choice):
            return self.is_truth(node.yes) and self.is_truth(node.no)
        if isinstance(node, Call):
            return FUNCTIONS[node.name].truth
        return isinstance(node, In) or (isinstance(node, Literal) and isinstance(node.value, bool))

    def true(self, node: Node) -> ast.expr:
        """Say when an expression is true."""
        return self._truth(node, wanted=True)

    def false(self, node: Node) -> ast.expr:
        """Say when an expression is false, and not null."""
        return self._truth(node, wanted=False)

    def _count(self) -> None:
        """Bound how often parts are asked for.

        Raises:
            ExpressionError: too often (`too-complex`).
        """
        self.asked += 1
        if self.asked > 4 * MAX_NODES:
            raise ExpressionError("too-complex")

    def _truth(self, node: Node, *, wanted: bool) -> ast.expr:
        self._count()
        if isinstance(node, Literal):
            return our.constant(node.value is wanted)
        if isinstance(node, Choice):
            return our.choice(self.true(node.test), self._truth(node.yes, wanted=wanted),
                              self._truth(node.no, wanted=wanted))
        if isinstance(node, Binary):
            return self._joined(node, wanted=wanted)
        if isinstance(node, In):
            return self._among(node, wanted=wanted)
        if isinstance(node, Call) and self.is_truth(node):
            return self._called_truth(node, wanted=wanted)
        if isinstance(node, Path):
            value = self.value(node)
            return our.both([*self.known(node), value if wanted else our.negated(value)])
        raise ExpressionError("no-truth", type(node).__name__)

    def _joined(self, node: Binary, *, wanted: bool) -> ast.expr:
        """Say when two parts joined by a sign are true, or false."""
        if node.sign in ("and", "or"):
            sides = [self._truth(side, wanted=wanted) for side in (node.left, node.right)]
            return our.both(sides) if (node.sign == "and") is wanted else our.either(sides)
        if node.sign not in COMPARISONS:
            raise ExpressionError("no-truth", node.sign)
        return self._compared(node.left, node.sign, node.right, wanted=wanted)

    def _called_truth(self, node: Call, *, wanted: bool) -> ast.expr:
        """Say when a function that gives a truth value says so."""
        if node.name == "not":
            (inner,) = self._given(node)
            return self._truth(inner, wanted=not wanted)
        if node.name == "is defined":
            found = our.both(self.known(self._path(node)))
            return found if wanted else our.negated(found)
        value = self._called(node)
        guarded = node.values[:1] if node.name == "list contains" else node.values
        return our.both([*self._all_known(guarded), value if wanted else our.negated(value)])

    def _compared(self, left: Node, sign: str, right: Node, *, wanted: bool) -> ast.expr:
        """Say when a comparison is true, or false."""
        if sign in ("=", "!="):
            same = self._equal(left, right)
            return same if (sign == "=") is wanted else self._unequal(left, right)
        guards = self._all_known([left, right])
        held = our.compare(self.value(left), sign if wanted else _OPPOSITE[sign], self.value(right))
        return our.both([*guards, held])

    def _equal(self, left: Node, right: Node) -> ast.expr:
        """Say when two values are equal: null equals null and nothing else."""
        if self.is_truth(right) and not isinstance(right, Literal):
            left, right = right, left
        if self.is_truth(left) and not isinstance(left, Literal):
            if not isinstance(right, Literal) or not isinstance(right.value, bool):
                raise ExpressionError("no-equal", "=")
            return self._truth(left, wanted=right.value)
        one, two = self.known(left), self.known(right)
        held = our.both([*one, *two, our.compare(self.value(left), "=", self.value(right))])
        if not one or not two:
            return held
        return our.either([held, our.both([our.negated(our.both(one)), our.negated(our.both(two))])])

    def _unequal(self, left: Node, right: Node) -> ast.expr:
        """Say when two values are not equal."""
        if any(self.is_truth(one) and not isinstance(one, Literal) for one in (left, right)):
            return our.negated(self._equal(left, right))
        one, two = our.both(self.known(left)), our.both(self.known(right))
        differ = our.compare(self.value(left), "!=", self.value(right))
        if our.is_constant(one, False) or our.is_constant(two, False):
            return our.either([our.both([one, our.negated(two)]), our.both([our.negated(one), two])])
        if our.is_constant(one, True) or our.is_constant(two, True):
            return our.either([our.negated(one), our.negated(two), differ])
        return our.either([our.both([one, two, differ]), our.both([one, our.negated(two)]),
                           our.both([our.negated(one), two])])

    def _among(self, node: In, *, wanted: bool) -> ast.expr:
        """Say when a value passes one of some tests, or none of them."""
        said = [self._test(node.value, test, wanted=wanted) for test in _gathered(node.tests)]
        return our.either(said) if wanted else our.both(said)

    def _test(self, value: Node, test: Node | Range | Test, *, wanted: bool) -> ast.expr:
        """Say when a value passes one test, or does not."""
        if isinstance(test, Test):
            return self._compared(value, test.sign, test.right, wanted=wanted)
        if isinstance(test, Range):
            held = our.compare(self.value(test.low), "<=" if test.with_low else "<", self.value(value),
                               "<=" if test.with_high else "<", self.value(test.high))
            guards = self._all_known([value, test.low, test.high])
            return our.both([*guards, held if wanted else our.negated(held)])
        if isinstance(test, ListOf):
            return self._listed(value, test, wanted=wanted)
        if isinstance(test, Path):
            held = our.call("includes", self.value(test), self.value(value))
            return our.both([*self._all_known([test, value]), held if wanted else our.negated(held)])
        return self._compared(value, "=", test, wanted=wanted)

    def _listed(self, value: Node, values: ListOf, *, wanted: bool) -> ast.expr:
        """Say when a value is in a list that is written out."""
        if not values.items:
            return our.constant(not wanted)
        if not all(isinstance(one, Literal) and one.value is not None for one in values.items):
            said = [self._compared(value, "=", one, wanted=wanted) for one in values.items]
            return our.either(said) if wanted else our.both(said)
        held = our.compare(self.value(value), "in", self.value(values))
        known = our.both(self.known(value))
        return our.both([known, held]) if wanted else our.either([our.negated(known), our.negated(held)])

    def known(self, node: Node) -> list[ast.expr]:
        """Say when a value is not null, as truths that must all hold."""
        if isinstance(node, Literal):
            return [our.constant(False)] if node.value is None else []
        if isinstance(node, Path):
            return [our.call("has", self.value(node))]
        if isinstance(node, Negative):
            return self.known(node.value)
        if isinstance(node, Binary) and not self.is_truth(node):
            return self._all_known([node.left, node.right])
        if isinstance(node, Call) and not self.is_truth(node):
            return self._call_known(node)
        return []

    def _call_known(self, node: Call) -> list[ast.expr]:
        """Say when what a function gives is not null."""
        if node.name == "get or else":
            return self.known(node.values[-1]) if node.values else []
        guards = self._all_known(node.values)
        if FUNCTIONS[node.name].null_when_empty and len(node.values) == 1 and not isinstance(node.values[0], ListOf):
            guards.append(our.compare(self.value(node.values[0]), "!=", our.listing([])))
        return guards

    def _all_known(self, nodes: list[Node] | tuple[Node, ...]) -> list[ast.expr]:
        return [guard for node in nodes for guard in self.known(node)]

    def or_null(self, nodes: list[Node], value: ast.expr) -> ast.expr:
        """Give a value, or null where one of the parts it is made of is."""
        guards = self._all_known(nodes)
        return our.choice(our.both(guards), value, our.constant(None)) if guards else value

    def value(self, node: Node) -> ast.expr:
        """Say an expression as a value."""
        self._count()
        if isinstance(node, Literal):
            return our.constant(node.value)
        if self.is_truth(node):
            return self._truth_value(node)
        if isinstance(node, Path):
            return our.path([self._name(str(node.steps[0])), *node.steps[1:]])
        if isinstance(node, Choice):
            return our.choice(self.true(node.test), self.answer(node.yes), self.answer(node.no))
        if isinstance(node, ListOf):
            return our.listing(self.answer(one) for one in node.items)
        if isinstance(node, Call):
            return self._called(node)
        return self._calculated(node)

    def _calculated(self, node: Node) -> ast.expr:
        """Say arithmetic."""
        if isinstance(node, Negative):
            return our.negative(self.value(node.value))
        if not isinstance(node, Binary):
            raise ExpressionError("no-equal", type(node).__name__)
        return our.calculate(self.value(node.left), node.sign, self.value(node.right))

    def _truth_value(self, node: Node) -> ast.expr:
        """Say a truth as a value: true, false or null."""
        true, false = self.true(node), self.false(node)
        if ast.dump(our.negated(true)) == ast.dump(false):
            return true
        return our.choice(true, our.constant(True), our.choice(false, our.constant(False), our.constant(None)))

    def _name(self, name: str) -> str:
        """Give what a name of FEEL is called in our language."""
        if name == "?" and name not in self.names:
            raise ExpressionError("unexpected", name)
        return self.names.get(name, name)

    def _given(self, node: Call) -> tuple[Node, ...]:
        """Give what a function is given, as many values as it takes."""
        equal = FUNCTIONS[node.name]
        if not equal.fewest <= len(node.values) <= equal.most:
            raise ExpressionError("arguments", node.name)
        return node.values

    def _path(self, node: Call) -> Path:
        """Give the name a function asks about."""
        first = self._given(node)[0]
        if not isinstance(first, Path):
            raise ExpressionError("no-equal", node.name)
        return first

    def _called(self, node: Call) -> ast.expr:
        """Say a call of a function."""
        values, name = self._given(node), FUNCTIONS[node.name].name
        if name == "get or else":
            return our.choice(our.both(self.known(self._path(node))), self.value(values[0]), self.answer(values[1]))
        if name in _READERS:
            values = _written(node.name, values)
        if name in ("sum", "mean", "min", "max") and len(values) > 1:
            return our.call(name, our.listing(self.value(one) for one in values))
        return our.call(name, *(self.value(one) for one in values))


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _written(name: str, values: tuple[Node, ...]) -> tuple[Node, ...]:
    """Check a date, an instant or a span that is written out; a date of three numbers becomes a text."""
    if len(values) == 3:
        numbers = [one.value for one in values if isinstance(one, Literal) and type(one.value) is int]
        if len(numbers) < 3:
            raise ExpressionError("no-equal", f"{name}(year, month, day)")
        values = (Literal("{:04d}-{:02d}-{:02d}".format(*numbers)),)
    if len(values) != 1:
        raise ExpressionError("arguments", name)
    (only,) = values
    if isinstance(only, Literal):
        try:
            _READERS[FUNCTIONS[name].name](only.value)
        except ExpressionError:
            raise
        except (ValueError, OverflowError) as error:
            raise ExpressionError("date", str(only.value)[:40]) from error
    return values


def _gathered(tests: tuple[Node | Range | Test, ...]) -> list[Node | Range | Test]:
    """Put the plain values among some tests into one list."""
    plain = [one for one in tests if isinstance(one, Literal) and one.value is not None]
    if len(plain) < 2:
        return list(tests)
    return [ListOf(tuple(plain)), *(one for one in tests if one not in plain)]
