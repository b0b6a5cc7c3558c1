"""Checks what no container engine is needed for: that docker-compose.yml is well formed and fits the product.

Names, ports, health checks and settings are compared with the code: a setting that the compose file sets must be
one that the product knows, every service says how it is, and every file that is mounted or built from exists."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

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


# Histograms are shown under the names of their parts.
PARTS = r"_(bucket|count|sum)$"
NOT_SHOWN = set()
"""Figures that are counted and deliberately on no panel."""


def counted_by_the_code():
    code = "".join(path.read_text() for folder in ("src", "workers") for path in (ROOT / folder).rglob("*.rs"))
    listed = re.search(r"for rare in \[([^]]*)\]", code)
    named = re.findall(r"(?:counter|gauge|histogram)!\(\s*\"(quorum_[a-z_]+)\"", code)
    return set(named) | set(re.findall(r"quorum_[a-z_]+", listed[1] if listed else ""))


def check_metrics():
    """Every figure that is counted is on a panel and explained, and every one that is shown is counted."""
    counted, handbook = counted_by_the_code(), (ROOT / "docs/operations.md").read_text()
    dashboard = (ROOT / "monitoring/grafana/dashboards/quorum.json").read_text()
    alerts = yaml.safe_load((ROOT / "monitoring/alerts.yml").read_text())
    names = lambda text: {re.sub(PARTS, "", name) for name in re.findall(r"quorum_[a-z_]+", text)}  # noqa: E731
    on_panels, in_alerts = names(dashboard), names(json.dumps(alerts))
    for metric in sorted(on_panels | in_alerts):
        assert metric in counted, f"nobody counts {metric}"
    for metric in sorted(counted):
        assert metric in handbook, f"docs/operations.md does not explain {metric}"
        assert (metric in on_panels) != (metric in NOT_SHOWN), f"{metric} is on no panel of the dashboard"
    for group in alerts["groups"]:
        for rule in group["rules"]:
            assert f"### {rule['alert']}\n" in handbook, f"docs/operations.md does not say what to do about {rule['alert']}"
            runbook = rule["annotations"]["runbook"]
            assert runbook == f"docs/operations.md#{rule['alert'].lower()}", f"{rule['alert']}: the runbook is {runbook}"
    return len(counted), sum(len(group["rules"]) for group in alerts["groups"])


def check_running(binary):
    """What a process shows by itself is known to the handbook, under the same names."""
    handbook = (ROOT / "docs/operations.md").read_text()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([binary, "--data-dir", folder, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            origin = next(line.split("open ")[1].strip() for line in process.stdout if "open " in line)
            urllib.request.urlopen(f"{origin}/api/v1/instance").read()
            time.sleep(1)
            shown = urllib.request.urlopen(f"{origin}/metrics").read().decode()
        finally:
            process.terminate()
            process.wait(30)
    names = {re.sub(PARTS, "", name) for name in re.findall(r"^(quorum_[a-z_]+)", shown, re.M)}
    assert len(names) > 8, f"a running process shows only {sorted(names)}"
    for metric in sorted(names):
        assert metric in handbook, f"/metrics shows {metric}, which docs/operations.md does not explain"


def check_rules():
    """The expressions, by Prometheus's own tool where it is installed."""
    tool = shutil.which("promtool")
    if tool is None:
        return "promtool is not installed: expressions unchecked"
    subprocess.run([tool, "check", "rules", str(ROOT / "monitoring/alerts.yml")], check=True, capture_output=True)
    panels = json.loads((ROOT / "monitoring/grafana/dashboards/quorum.json").read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    rules = {"groups": [{"name": "panels", "rules": [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(expressions)]}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump(rules, file)
        file.flush()
        subprocess.run([tool, "check", "rules", file.name], check=True, capture_output=True)
    return f"{len(expressions)} expressions of panels checked by promtool"


def main(binary):
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    settings = known_settings(binary)
    check_profiles(services)
    for name, service in services.items():
        check_service(name, service, settings)
    check_ports(services)
    figures, alerts = check_metrics()
    check_running(binary)
    rules = check_rules()
    print(f"compose: {len(services)} services in 3 profiles, {figures} figures, {alerts} alerts; {rules}")


if __name__ == "__main__":
    main(sys.argv[1])
