"""The models of the services are those that botocore would load."""

from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from ascend.adapters.dynamodb.loader import make_loader

SERVICES = ("dynamodb", "dynamodbstreams")


@pytest.mark.parametrize("service", [*SERVICES, "sts", "sso", "sso-oidc", "signin"])
@pytest.mark.parametrize("type_name", ["service-2", "endpoint-rule-set-1"])
def test_the_models_are_those_of_botocore(service: str, type_name: str) -> None:
    assert make_loader(None).load_service_model(service, type_name) == Loader().load_service_model(service, type_name)


@pytest.mark.parametrize("service", SERVICES)
def test_the_paginators_are_those_of_botocore(service: str) -> None:
    loaded = make_loader(None).load_service_model(service, "paginators-1")

    assert loaded == Loader().load_service_model(service, "paginators-1")


def test_a_service_that_does_not_exist_is_unknown() -> None:
    with pytest.raises(UnknownServiceError):
        make_loader(None).load_service_model("sts2", "service-2")


def test_what_a_service_does_not_have_is_unknown() -> None:
    """As in botocore: the service of streams has no waiters."""
    with pytest.raises(UnknownServiceError):
        make_loader(None).load_service_model("dynamodbstreams", "waiters-2")


def test_the_path_of_the_configuration_comes_first(tmp_path: Path) -> None:
    loader = make_loader(f"{tmp_path}")

    assert loader.search_paths[0] == str(tmp_path)
    assert loader.search_paths[1:] == Loader().search_paths


@pytest.mark.parametrize("service", ["dynamodb", "sts"])
def test_no_other_service_is_looked_for(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    """Botocore lists the folders of more than 400 services, once for each type of file."""
    looked_at: list[str] = []
    loader = make_loader(None)
    exists = loader.file_loader.exists

    def note(path: str) -> bool:
        looked_at.append(path)
        return exists(path)

    monkeypatch.setattr(loader.file_loader, "exists", note)

    loader.load_service_model(service, "service-2")

    assert 0 < len(looked_at) < 10
