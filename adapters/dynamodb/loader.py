"""The loader of the services' models, which come as files with botocore."""

import gzip
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader, create_loader


class FastFileLoader(JSONFileLoader):
    """Reads files of JSON, compressed or not, in a quarter of the time."""

    def load_file(self, file_path: str) -> Any:
        with suppress(FileNotFoundError):
            return orjson.loads(Path(f"{file_path}.json").read_bytes())
        with suppress(FileNotFoundError):
            return orjson.loads(gzip.decompress(Path(f"{file_path}.json.gz").read_bytes()))
        return None


class ServiceLoader(Loader):
    """Looks only for the services that are asked for. Botocore lists the folders of all services, six times.

    The providers of credentials ask for others than ours: sts, sso, sso-oidc, signin.
    """

    FILE_LOADER_CLASS = FastFileLoader

    def __init__(self, search_paths: list[str]) -> None:
        super().__init__(extra_search_paths=search_paths, include_default_search_paths=False)
        self._asked_for: dict[str, None] = {}

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        self._asked_for[service_name] = None
        return super().load_service_model(service_name, type_name, api_version)

    def list_available_services(self, type_name: str) -> list[str]:
        """Return those of the services asked for that have a file of this type."""
        found: list[str] = []
        for service in list(self._asked_for):  # a copy, because threads share the loader
            with suppress(DataNotFoundError):
                self.list_api_versions(service, type_name)
                found.append(service)
        return found


def make_loader(data_path: str | None) -> Loader:
    """Return a loader of the files in `data_path` (as in AWS_DATA_PATH), and of those of botocore."""
    return ServiceLoader(create_loader(data_path).search_paths)
