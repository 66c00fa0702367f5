"""The models of the services are those that botocore would load."""

from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from ascend.adapters.dynamodb.loader import SERVICES, make_loader


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("type_name", ["service-2", "paginators-1", "endpoint-rule-set-1"])
def test_the_models_are_those_of_botocore(service: str, type_name: str) -> None:
    assert make_loader(None).load_service_model(service, type_name) == Loader().load_service_model(service, type_name)


def test_what_a_service_does_not_have_is_unknown() -> None:
    """As in botocore: the service of streams has no waiters."""
    with pytest.raises(UnknownServiceError):
        make_loader(None).load_service_model("dynamodbstreams", "waiters-2")


def test_the_path_of_the_configuration_comes_first(tmp_path: Path) -> None:
    loader = make_loader(f"{tmp_path}")

    assert loader.search_paths[0] == str(tmp_path)
    assert loader.search_paths[1:] == Loader().search_paths


def test_no_other_service_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore lists the folders of more than 400 services, once for each type of file."""
    looked_at: list[str] = []
    loader = make_loader(None)
    exists = loader.file_loader.exists

    def note(path: str) -> bool:
        looked_at.append(path)
        return exists(path)

    monkeypatch.setattr(loader.file_loader, "exists", note)

    loader.load_service_model("dynamodb", "service-2")

    assert 0 < len(looked_at) < 10
