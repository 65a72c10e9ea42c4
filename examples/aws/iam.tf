locals {
  none = "arn:aws:iam::${local.account}:role/${var.name}-none"

  # tests/iam.rs fills in the same variables, and judges every call of a refresh by the result.
  policy_variables = {
    region                     = var.region
    source_region              = coalesce(var.source_region, var.region)
    account                    = local.account
    production                 = var.production
    staging                    = var.staging
    environment_tag            = var.environment_tag
    production_value           = var.production_value
    quarantine_subnet_group    = aws_db_subnet_group.quarantine.name
    staging_subnet_group       = var.staging_subnet_group
    quarantine_parameter_group = aws_db_parameter_group.quarantine.name
    staging_parameter_group    = var.staging_parameter_group
    vault                      = var.backup_vault
    backup_role_arn            = coalesce(var.backup_role_arn, local.none)
    production_role_arn        = coalesce(var.production_role_arn, local.none)
    production_key_arn         = var.production_key_arn
    staging_key_arn            = aws_kms_key.staging.arn
    secret_prefix              = var.secret_prefix
    topic_arn                  = aws_sns_topic.outcomes.arn
    namespace                  = "Stagemask"
    bucket                     = aws_s3_bucket.evidence.id
    evidence_prefix            = "${var.name}/"
  }

  deny = jsondecode(templatefile("${path.module}/policies/deny.json", local.policy_variables))
  most = jsondecode(templatefile("${path.module}/policies/boundary.json", local.policy_variables))
}

# The denials are part of the boundary, so that no policy which somebody attaches later lifts them.
resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  description = "The most that a role of stagemask may ever do"
  policy      = jsonencode(merge(local.most, { Statement = concat(local.most.Statement, local.deny.Statement) }))
  tags        = local.tags
}

resource "aws_iam_policy" "refresh" {
  for_each = toset(["look", "restore", "release"])

  name   = "${var.name}-${each.key}"
  policy = templatefile("${path.module}/policies/${each.key}.json", local.policy_variables)
  tags   = local.tags
}

resource "aws_iam_role" "workflow" {
  name                 = "${var.name}-workflow"
  permissions_boundary = aws_iam_policy.boundary.arn
  # A refresh may take longer than the hour that is the default, and a session can't be renewed in mid-run.
  max_session_duration = 14400
  tags                 = local.tags

  assume_role_policy = templatefile("${path.module}/policies/trust-github.json", {
    oidc_provider_arn = var.oidc_provider_arn
    repository        = var.repository
    environment       = var.github_environment
  })
}

resource "aws_iam_role" "task" {
  name                 = "${var.name}-task"
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = local.tags

  assume_role_policy = templatefile("${path.module}/policies/trust-service.json", {
    service = "ecs-tasks.amazonaws.com"
    account = local.account
  })
}

resource "aws_iam_role_policy_attachment" "workflow" {
  for_each = aws_iam_policy.refresh

  role       = aws_iam_role.workflow.name
  policy_arn = each.value.arn
}

resource "aws_iam_role_policy_attachment" "task" {
  for_each = aws_iam_policy.refresh

  role       = aws_iam_role.task.name
  policy_arn = each.value.arn
}
