"""From what an office has learned to the numbers a simulation draws from: everything shrunk to a prior.

The priors are what a new office starts with: its typed-in standard minutes and the constants below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from office.learning import HALF_HOURS, Learned

Floats = NDArray[np.float64]

MEAN_PSEUDO = 10.0  # visits the standard time is worth
CLERK_PSEUDO = 15.0
SHAPE_PSEUDO = 30.0  # visits before the office's own spread is believed half
SPREAD = 0.65  # sd of ln(service time) of an office nobody has watched
TABLE = 128  # points of a service's residual table
ENOUGH_VISITS = 20  # fewer finished of a kind: the range is a first guess
NO_ANSWER_PRIOR = (0.01, 0.02, 0.06, 0.15, 0.25)
NO_ANSWER_PSEUDO = 15.0
NO_ANSWER_AT = (5.0, 32.0, 60.0, 90.0, 130.0)  # minutes at which each bin's share is taken to hold
UNHEARD = ""  # name of the place of services unknown to the model
UNKNOWN_MINUTES = 10.0


@dataclass(frozen=True)
class Model:
    """Arrays are indexed by the place of a service in `services`. Rates are per minute."""

    services: Mapping[str, int]
    mean_ln: Floats
    table: Floats  # (services, TABLE) ascending residuals of ln minutes
    clerks: Mapping[str, float]
    first_guess: frozenset[str]
    spread: float
    walk: float
    turns: Floats
    no_answer: Floats
    lost: float
    returns: float
    return_after: float
    onward: Floats  # (services, services + 1) cumulated: probability to be sent on to each; last column 1
    shows: float
    offsets: Floats
    walk_in_rate: Floats
    priority_rate: Floats
    mix: Floats  # cumulated shares of services among walk-ins
    staffed: Mapping[str, float]  # counter -> share of planned spans it was at work in
    opening: Floats
    reopening: Floats
    leaving: Floats
    absence_rate: float
    absent: Floats
    gives_up: float

    def place(self, service: str) -> int:
        """Where a service stands in the arrays; one nobody has heard of shares the last place."""
        return self.services.get(service, self.services[UNHEARD])

    def no_answer_at(self, waited: float) -> float:
        return float(np.interp(waited, NO_ANSWER_AT, self.no_answer))


def fit(learned: Learned, standard_minutes: Mapping[str, float]) -> Model:
    names = [*sorted(set(standard_minutes) | set(learned.visits) | set(learned.services)), UNHEARD]
    index = {name: at for at, name in enumerate(names)}
    prior = np.array([np.log(standard_minutes.get(name, UNKNOWN_MINUTES)) - SPREAD**2 / 2 for name in names])
    mean_ln, clerks = _means(learned, names, prior)
    table = np.array([_residuals(learned, name, mean_ln[index[name]], clerks) for name in names])
    counts = np.array([learned.services.get(name, 0.0) + 0.01 for name in names])
    days = max(learned.days, 1)
    return Model(
        services=index, mean_ln=mean_ln, table=table, clerks=clerks,
        first_guess=frozenset(name for name in names if learned.visits_seen.get(name, 0) < ENOUGH_VISITS),
        spread=float(table.std(axis=1).mean()),
        walk=_shrunk(learned.walk, 0.4, 5.0),
        turns=_sample(learned.turn, (0.6,), 5),
        no_answer=_no_answer(learned),
        lost=_shrunk(learned.lost, 1.5, 5.0),
        returns=(learned.returned + 3.0) / (learned.missed + 10.0),
        return_after=_shrunk(learned.return_after, 8.0, 5.0),
        onward=_onward(learned, names),
        shows=(learned.shown + 8.5) / (learned.booked + 10.0),
        offsets=np.sort(_sample(learned.offsets, (-25.0, -15.0, -10.0, -7.0, -4.0, -1.0, 3.0, 8.0), 24)),
        walk_in_rate=np.array(learned.walk_ins) / days / 30,
        priority_rate=np.array(learned.priority) / days / 30,
        mix=np.cumsum(counts) / counts.sum(),
        staffed={name: (sum(own) + 2.85) / (len(own) + 3) for name, own in learned.staffed.items()},
        opening=np.sort(_sample(learned.opening, (0.0, 2.0, 5.0, 10.0), 12)),
        reopening=np.sort(_sample(learned.reopening, (0.0, 2.0, 5.0, 10.0), 12)),
        leaving=np.sort(_sample(learned.leaving, (-2.0, 0.0, 2.0), 9)),
        absence_rate=(learned.absences + 1.0) / (learned.open_hours + 20.0) / 60,
        absent=np.sort(_sample(learned.absent, (8.0, 12.0, 18.0, 28.0), 8)),
        gives_up=learned.gave_up / max(learned.waited, 60.0),
    )


def _means(learned: Learned, names: list[str], prior: Floats) -> tuple[Floats, dict[str, float]]:
    """Service means and clerk effects, each shrunk, by turns until they agree."""
    rows = [(at, clerk, ln) for at, name in enumerate(names) for clerk, ln in learned.visits.get(name, ())]
    people = sorted({clerk for _, clerk, _ in rows})
    if not rows:
        return prior, {}
    service = np.array([row[0] for row in rows])
    clerk = np.array([people.index(row[1]) for row in rows])
    ln = np.array([row[2] for row in rows])
    visits, served = np.bincount(service, minlength=len(names)), np.bincount(clerk, minlength=len(people))
    effect = np.zeros(len(people))
    mean = prior
    for _ in range(6):
        total = np.bincount(service, ln - effect[clerk], minlength=len(names))
        mean = (MEAN_PSEUDO * prior + total) / (MEAN_PSEUDO + visits)
        effect = np.bincount(clerk, ln - mean[service], minlength=len(people)) / (CLERK_PSEUDO + served)
    return mean, dict(zip(people, effect.tolist(), strict=True))


def _residuals(learned: Learned, name: str, mean: float, clerks: Mapping[str, float]) -> Floats:
    own = np.array([ln - mean - clerks.get(clerk, 0.0) for clerk, ln in learned.visits.get(name, ())])
    believed = round(TABLE * len(own) / (len(own) + SHAPE_PSEUDO))
    guess = [NormalDist(0, SPREAD).inv_cdf((at + 0.5) / (TABLE - believed)) for at in range(TABLE - believed)]
    seen = np.quantile(own, (np.arange(believed) + 0.5) / believed) if believed else np.empty(0)
    return np.sort(np.concatenate([seen, np.array(guess)]))


def _no_answer(learned: Learned) -> Floats:
    called, missed = np.array(learned.called_bins), np.array(learned.missed_bins)
    prior = np.array(NO_ANSWER_PRIOR)
    return np.asarray((missed + NO_ANSWER_PSEUDO * prior) / (called + NO_ANSWER_PSEUDO))


def _onward(learned: Learned, names: list[str]) -> Floats:
    share = np.zeros((len(names), len(names) + 1))
    for at, name in enumerate(names):
        for to, count in learned.moved_on.get(name, {}).items():
            if to in names:
                share[at, names.index(to)] = count / (learned.finished.get(name, 0.0) + 10.0)
    cumulated = np.cumsum(share, axis=1)
    cumulated[:, -1] = 1.0
    return cumulated


def _shrunk(sample: list[float], prior: float, pseudo: float) -> float:
    return float((sum(sample) + prior * pseudo) / (len(sample) + pseudo))


def _sample(own: list[float], prior: tuple[float, ...], worth: int) -> Floats:
    """The office's own facts, with the prior repeated among them while they are fewer than `worth`."""
    missing = max(0, worth - len(own))
    repeats = -(-missing // len(prior))
    return np.array(own + list(prior) * repeats, dtype=np.float64)


def rate_before(rate: Floats, minute: float) -> float:
    """How many come before this minute of an ordinary day."""
    edges = np.arange(HALF_HOURS + 1) * 30.0
    return float(np.interp(minute, edges, np.concatenate([[0.0], np.cumsum(rate * 30)])))
