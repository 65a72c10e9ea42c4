variable "name" {
  description = "What everything here is called."
  type        = string
  default     = "stagemask"
}

variable "tags" {
  description = "Tags for everything here."
  type        = map(string)
  default     = {}
}

variable "region" {
  description = "The region of staging, and of the quarantine."
  type        = string
}

variable "source_region" {
  description = "The region of production's snapshots, if it is another."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC of the quarantine."
  type        = string
}

variable "private_subnet_ids" {
  description = "Subnets without a route to the internet, in two availability zones at least."
  type        = list(string)
}

variable "runner_security_group_id" {
  description = "The security group of the self-hosted runner: besides the scheduled task nobody else reaches the quarantine."
  type        = string
}

variable "postgres_version" {
  description = "The major version of production."
  type        = number
}

variable "production" {
  description = "The identifier of production's instance or cluster."
  type        = string
}

variable "environment_tag" {
  description = "The tag that says which environment an instance belongs to. Production has to have it."
  type        = string
  default     = "env"
}

variable "production_value" {
  description = "The value of that tag on production."
  type        = string
  default     = "prod"
}

variable "production_key_arn" {
  description = "The KMS key that production's snapshots are encrypted with."
  type        = string
}

variable "production_role_arn" {
  description = "The role to take on in production's account (source.rds.assume_role), if that is another account."
  type        = string
  default     = null
}

variable "staging" {
  description = "The identifier of staging's instance."
  type        = string
}

variable "staging_subnet_group" {
  description = "The subnet group of staging."
  type        = string
}

variable "staging_parameter_group" {
  description = "The parameter group of staging."
  type        = string
}

variable "secret_prefix" {
  description = "How the names of staging's secrets begin, such as drop/staging/. Production's have to begin otherwise."
  type        = string
}

variable "backup_vault" {
  description = "The vault of AWS Backup, where recovery points are restored."
  type        = string
  default     = "Default"
}

variable "backup_role_arn" {
  description = "The role for restore jobs of AWS Backup, where recovery points are restored."
  type        = string
  default     = null
}

variable "oidc_provider_arn" {
  description = "The identity provider of GitHub Actions in this account (token.actions.githubusercontent.com)."
  type        = string
}

variable "repository" {
  description = "The repository whose workflow may take on the role: OWNER/NAME."
  type        = string
}

variable "github_environment" {
  description = "The environment that the workflow's job has to be in. Let it need a reviewer."
  type        = string
  default     = "staging-refresh"
}

variable "evidence_retain_days" {
  description = "How long nobody can delete evidence."
  type        = number
  default     = 365
}

variable "notify_emails" {
  description = "Who hears of every outcome."
  type        = list(string)
  default     = []
}

variable "image" {
  description = "The image of the scheduled task, by digest: stagemask with refresh file and rules. Null for no schedule."
  type        = string
  default     = null
}

variable "key_secret_arn" {
  description = "The secret with the masking key, for the scheduled task."
  type        = string
  default     = null
}

variable "schedule" {
  description = "When the task refreshes (EventBridge Scheduler)."
  type        = string
  default     = "cron(23 3 ? * MON *)"
}
