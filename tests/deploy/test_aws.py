"""deploy/aws/template.yaml: clean by AWS's own specification, created and deleted in an imitation of AWS."""

import re
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

boto3 = pytest.importorskip("boto3", reason="the tests of deploy/aws need what `make test` installs for them")
moto = pytest.importorskip("moto")
cfnlint = pytest.importorskip("cfnlint.api")

pytestmark = [
    pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning"),  # what the imitation does not make: see below
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the libraries, which is not ours to mend
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

DIRECTORY = Path(__file__).parents[2] / "deploy" / "aws"
TEMPLATE = (DIRECTORY / "template.yaml").read_text()
IMAGE = [{"ParameterKey": "Image", "ParameterValue": "registry.example/slipstream:1"}]
SERVICES = ("gateway", "game", "chat")


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    """A client of any service of an AWS that is none."""
    backend = pytest.importorskip("moto.elbv2.models").ELBv2Backend
    with pytest.MonkeyPatch.context() as patch, moto.mock_aws():
        # The imitation drops the type on the way from a template, and then refuses TCP.
        network = partialmethod(backend.create_load_balancer, loadbalancer_type="network")
        patch.setattr(backend, "create_load_balancer", network)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "none")
        yield lambda service: boto3.client(service, region_name="eu-west-1")


@pytest.fixture(scope="module")
def stack(aws: Any) -> str:
    made = aws("cloudformation").create_stack(StackName="slipstream", TemplateBody=TEMPLATE, Parameters=IMAGE)
    return str(made["StackId"])


def outputs(made: Any) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}


def declarations() -> Any:
    """What the template declares, by name."""
    template, _ = pytest.importorskip("cfnlint.decode").decode(str(DIRECTORY / "template.yaml"))
    return template["Resources"]


def test_the_template_is_clean() -> None:
    assert [str(match) for match in cfnlint.lint_file(DIRECTORY / "template.yaml")] == []


def test_it_names_no_account_no_key_and_no_address() -> None:
    for text in (TEMPLATE, (DIRECTORY / "README.md").read_text()):
        assert not re.search(r"\b\d{12}\b|AKIA|(?<![\d.])(?!10\.60\.|0\.0\.0\.0|127\.)\d+\.\d+\.\d+\.\d+", text)


def test_all_of_it_is_made(aws: Any, stack: str) -> None:
    [made] = aws("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert outputs(made).keys() == {"Address", "ClusterName", "LogGroup"}
    assert len(aws("ecs").list_services(cluster=outputs(made)["ClusterName"])["serviceArns"]) == 3
    assert len(aws("ec2").describe_subnets(Filters=[{"Name": "cidrBlock", "Values": ["10.60.*"]}])["Subnets"]) == 4


def test_the_services_run_read_only_with_the_secret_and_are_asked_whether_they_are_healthy(
    aws: Any, stack: str
) -> None:
    ecs = aws("ecs")
    for service in SERVICES:
        [found] = ecs.list_task_definitions(familyPrefix=f"slipstream-{service}")["taskDefinitionArns"]
        [container] = ecs.describe_task_definition(taskDefinition=found)["taskDefinition"]["containerDefinitions"]
        assert container["command"] == [f"services.{service}"]
        assert container["readonlyRootFilesystem"]
        assert [secret["name"] for secret in container["secrets"]] == ["SLIPSTREAM_REDIS"]
        assert container["healthCheck"]["command"][-1] == "services/shared/healthy.py"


def test_only_ready_gateways_are_behind_the_balancer_and_know_their_players_addresses(aws: Any, stack: str) -> None:
    elb = aws("elbv2")
    [targets] = elb.describe_target_groups()["TargetGroups"]
    assert (targets["HealthCheckPath"], targets["HealthCheckPort"]) == ("/ready", "9560")
    attributes = declarations()["Targets"]["Properties"]["TargetGroupAttributes"]
    assert {"Key": "proxy_protocol_v2.enabled", "Value": "true"} in attributes
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    [listener] = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (5560, "TCP")


def test_each_service_has_a_scaling_rule_and_an_alarm() -> None:
    # The imitation makes neither of them from a template, nor stores and secrets: those are held against the
    # specification only.
    kinds = [each["Type"] for each in declarations().values()]
    assert kinds.count("AWS::ApplicationAutoScaling::ScalingPolicy") == 3
    assert kinds.count("AWS::CloudWatch::Alarm") == 6


def test_the_store_is_in_two_zones_evicts_nothing_and_is_encrypted() -> None:
    declared = declarations()
    store = declared["Store"]["Properties"]
    assert (store["NumCacheClusters"], store["MultiAZEnabled"], store["AutomaticFailoverEnabled"]) == (2, True, True)
    assert store["TransitEncryptionEnabled"]
    assert store["AtRestEncryptionEnabled"]
    assert declared["StoreSettings"]["Properties"]["Properties"] == {"maxmemory-policy": "noeviction"}


def test_nothing_of_it_stays(aws: Any, stack: str) -> None:
    cloudformation = aws("cloudformation")
    _delete_route_tables(aws("ec2"))
    cloudformation.delete_stack(StackName=stack)
    assert cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert aws("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.60.0.0/16"]}])["Vpcs"] == []
    assert aws("elbv2").describe_load_balancers()["LoadBalancers"] == []


def _delete_route_tables(ec2: Any) -> None:
    """The imitation forgets to, and then says that the network is in use."""
    for table in ec2.describe_route_tables()["RouteTables"]:
        belong = [each for each in table["Associations"] if not each["Main"]]
        for each in belong:
            ec2.disassociate_route_table(AssociationId=each["RouteTableAssociationId"])
        if belong or not table["Associations"]:
            ec2.delete_route_table(RouteTableId=table["RouteTableId"])
