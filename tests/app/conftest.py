import pytest


@pytest.fixture(autouse=True, scope="session")
def _application(qapp):
    """Let commands that run in the tests' process find an application that serves widgets too."""
    return qapp
