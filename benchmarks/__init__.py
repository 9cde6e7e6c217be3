"""How long builds take and what memory they need, beside other site generators.

`python -m benchmarks` (or `make bench`) runs it; `docs/benchmarks.md` is what it writes. Standard
library only. The rooms, from the ground up:

    timer.py        one command in a process of its own: wall, CPU, memory of all its processes
    stories.py      the articles: a corpus that is kept beside the repository, or made-up ones
    contestants.py  what is timed: Backfile, the peers of the harness, the floor under a warm build
    rounds.py       the steps, contestants taking turns
    machine.py      what it ran on
    report.py       results -> docs/benchmarks.md, with the goals
    profiling.py    where one build spends its time
"""
