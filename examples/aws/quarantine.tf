# Raw data is here while it is masked, so nobody gets in but the runner and the task, and nothing gets out.
resource "aws_security_group" "quarantine" {
  name        = "${var.name}-quarantine"
  description = "Raw data: ingress from stagemask alone, no egress"
  vpc_id      = var.vpc_id
  tags        = local.tags

  # An empty list also takes away the egress to everywhere that AWS puts into every new group.
  egress = []

  ingress {
    description     = "PostgreSQL from the runner and the scheduled task"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [var.runner_security_group_id, aws_security_group.task.id]
  }
}

resource "aws_security_group" "task" {
  name        = "${var.name}-task"
  description = "The scheduled task: no ingress"
  vpc_id      = var.vpc_id
  tags        = local.tags

  ingress = []
}

resource "aws_vpc_security_group_egress_rule" "task" {
  for_each = { https = 443, postgres = 5432 }

  security_group_id = aws_security_group.task.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_db_subnet_group" "quarantine" {
  name       = var.name
  subnet_ids = var.private_subnet_ids
  tags       = local.tags
}

locals {
  # Logs outlive the instance, and a statement or an error message can hold a row.
  quiet = {
    "rds.force_ssl"                      = "1"
    "log_statement"                      = "none"
    "log_min_duration_statement"         = "-1"
    "log_min_duration_sample"            = "-1"
    "log_transaction_sample_rate"        = "0"
    "log_duration"                       = "0"
    "log_min_messages"                   = "fatal"
    "log_min_error_statement"            = "panic"
    "log_error_verbosity"                = "terse"
    "log_parameter_max_length"           = "0"
    "log_parameter_max_length_on_error"  = "0"
    "log_lock_waits"                     = "0"
    "log_temp_files"                     = "-1"
    "log_autovacuum_min_duration"        = "-1"
    "rds.force_admin_logging_level"      = "disabled"
    "rds.force_autovacuum_logging_level" = "disabled"
    "auto_explain.log_min_duration"      = "-1"
    "pg_stat_statements.track"           = "none"
    "rds.logical_replication"            = "0"
    "password_encryption"                = "scram-sha-256"
    "track_activity_query_size"          = "100"
  }

  # Without pgaudit and pg_cron among them, neither of the two runs.
  preloaded = "pg_stat_statements"

  # What only a restart brings.
  static = ["rds.logical_replication", "shared_preload_libraries", "track_activity_query_size"]
}

resource "aws_db_parameter_group" "quarantine" {
  name        = "${var.name}-quarantine"
  family      = "postgres${var.postgres_version}"
  description = "Keeps raw data out of the logs"
  tags        = local.tags

  dynamic "parameter" {
    for_each = merge(local.quiet, { shared_preload_libraries = local.preloaded })

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = contains(local.static, parameter.key) ? "pending-reboot" : "immediate"
    }
  }
}
