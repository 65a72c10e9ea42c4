output "workflow_role_arn" {
  description = "STAGEMASK_ROLE_ARN of the GitHub environment."
  value       = aws_iam_role.workflow.arn
}

output "quarantine" {
  description = "What goes under source.rds.quarantine of the refresh file."
  value = {
    security_groups = [aws_security_group.quarantine.id]
    subnet_group    = aws_db_subnet_group.quarantine.name
    parameter_group = aws_db_parameter_group.quarantine.name
  }
}

output "kms_key" {
  description = "source.rds.copy.kms_key of the refresh file."
  value       = aws_kms_alias.staging.name
}

output "topic_arn" {
  description = "notify.sns of the refresh file."
  value       = aws_sns_topic.outcomes.arn
}

output "evidence" {
  description = "What goes under evidence.s3 of the refresh file."
  value = {
    bucket      = aws_s3_bucket.evidence.id
    prefix      = local.policy_variables.evidence_prefix
    retain_days = var.evidence_retain_days
  }
}
