"""Checks what no container engine is needed for: that docker-compose.yml is well formed and fits the product.

Names, ports, health checks and settings are compared with the code: a setting that the compose file sets must be
one that the product knows, every service says how it is, and every file that is mounted or built from exists."""
import json
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPECTED = {
    None: {"quorum"},
    "scale": {"postgres", "redis", "fleet", "api-1", "api-2", "worker-1", "worker-2", "gateway"},
    "monitor": {"prometheus", "grafana"},
}


def known_settings(binary):
    config = json.loads(subprocess.run([binary, "config"], capture_output=True, text=True, check=True).stdout)
    known = {f"QUORUM__{room}__{name}".upper() for room, values in config.items() if isinstance(values, dict) for name in values}
    return known | {"QUORUM__STORE__URL", "QUORUM__BUS__URL", "QUORUM_MASTER_KEY"}


def check_profiles(services):
    for profile, names in EXPECTED.items():
        found = {name for name, service in services.items() if service.get("profiles", [None]) == [profile]}
        assert found == names, f"profile {profile}: {sorted(found)} instead of {sorted(names)}"


def check_service(name, service, settings):
    assert "image" in service or service.get("build") == ".", f"{name} has neither an image nor a build"
    assert ":latest" not in service.get("image", ""), f"{name}: an image without a version"
    assert service["healthcheck"]["test"][0] == "CMD", f"{name}: no health check"
    for needed in service.get("depends_on", {}).values():
        assert needed["condition"] == "service_healthy", f"{name} does not wait for health"
    for setting in service.get("environment", {}):
        if setting.startswith("QUORUM"):
            assert setting in settings, f"{name}: the product knows no setting {setting}"
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:"), f"{name}: port {port} is open to other machines"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            assert (ROOT / source).exists(), f"{name}: {source} is not there"


def check_ports(services):
    published = [port.split(":")[1] for service in services.values() for port in service.get("ports", [])]
    assert len(published) == len(set(published)), f"a port is published twice: {published}"
    targets = yaml.safe_load((ROOT / "monitoring/prometheus.yml").read_text())["scrape_configs"][0]["static_configs"][0]["targets"]
    for target in targets:
        assert target.split(":")[0] in services, f"Prometheus asks {target}, which nobody is"
    for upstream in re.findall(r"server ([\w-]+):\d+", (ROOT / "monitoring/gateway.conf").read_text()):
        assert upstream in services, f"the gateway asks {upstream}, which nobody is"


def check_metrics():
    """Every figure that a panel or an alert shows is one that the code counts."""
    code = "".join(path.read_text() for folder in ("src", "workers") for path in (ROOT / folder).rglob("*.rs"))
    shown = (ROOT / "monitoring/grafana/dashboards/quorum.json").read_text() + (ROOT / "monitoring/alerts.yml").read_text()
    handbook = (ROOT / "docs/operations.md").read_text()
    for metric in sorted(set(re.findall(r"quorum_[a-z_]+", shown))):
        assert f'"{metric}"' in code, f"nobody counts {metric}"
        assert metric in handbook, f"docs/operations.md does not explain {metric}"
    for group in yaml.safe_load((ROOT / "monitoring/alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert f"### {rule['alert']}" in handbook, f"docs/operations.md does not say what to do about {rule['alert']}"


def main(binary):
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    settings = known_settings(binary)
    check_profiles(services)
    for name, service in services.items():
        check_service(name, service, settings)
    check_ports(services)
    check_metrics()
    print(f"compose: {len(services)} services in 3 profiles, dashboard and alerts fit the product")


if __name__ == "__main__":
    main(sys.argv[1])
