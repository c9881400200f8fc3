"""Work side by side on the threads of linear algebra."""

import threading

import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from boldwise.linear.parallel import side_by_side


def threads_of_blas():
    pools = ThreadpoolController().select(user_api="blas").info()
    return [pool["num_threads"] for pool in pools]


@pytest.mark.parametrize("n_threads", [1, 2])
def test_results_come_in_order(n_threads):
    with threadpool_limits(n_threads, user_api="blas"):
        assert list(side_by_side(lambda n: n * n, range(50))) == [
            n * n for n in range(50)
        ]


@pytest.mark.parametrize("n_threads", [1, 2])
def test_linear_algebra_has_one_thread_inside_and_gets_its_own_back(n_threads):
    with threadpool_limits(n_threads, user_api="blas"):
        before = threads_of_blas()
        inside = list(side_by_side(lambda _: threads_of_blas(), range(3)))

        assert all(set(counts) == {1} for counts in inside)
        assert threads_of_blas() == before


def test_two_items_are_worked_on_at_the_same_time():
    together = threading.Barrier(2, timeout=30)

    with threadpool_limits(2, user_api="blas"):
        list(side_by_side(lambda _: together.wait(), range(2)))


def test_items_are_taken_as_threads_come_free():
    taken = []

    def items():
        for n in range(100):
            taken.append(n)
            yield n

    with threadpool_limits(2, user_api="blas"):
        results = side_by_side(lambda n: n, items())
        next(results)

        assert len(taken) <= 6
        results.close()


@pytest.mark.parametrize("n_threads", [1, 2])
def test_errors_reach_the_caller(n_threads):
    def fail(n):
        if n == 3:
            raise ValueError("item 3")
        return n

    with (
        threadpool_limits(n_threads, user_api="blas"),
        pytest.raises(ValueError, match="item 3"),
    ):
        list(side_by_side(fail, range(10)))
