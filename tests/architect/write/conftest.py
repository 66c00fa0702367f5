import pytest
from support.architect.written import WrittenPackages, write_packages


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenPackages:
    """Packages that the architect has written."""
    return write_packages(tmp_path_factory.mktemp("written"))
