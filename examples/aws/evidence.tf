resource "aws_kms_key" "staging" {
  description         = "Copies of snapshots, staging and evidence"
  enable_key_rotation = true
  tags                = local.tags
}

resource "aws_kms_alias" "staging" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.staging.key_id
}

resource "aws_sns_topic" "outcomes" {
  name              = var.name
  kms_master_key_id = aws_kms_key.staging.arn
  tags              = local.tags
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.notify_emails)

  topic_arn = aws_sns_topic.outcomes.arn
  protocol  = "email"
  endpoint  = each.value
}

# A metric that stops coming is a schedule that stopped: nobody would notice it otherwise.
resource "aws_cloudwatch_metric_alarm" "no_refresh" {
  alarm_name          = "${var.name}-no-refresh"
  alarm_description   = "No refresh has ended for a week"
  namespace           = local.policy_variables.namespace
  metric_name         = "Success"
  statistic           = "Sum"
  period              = 604800
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.outcomes.arn]
  tags                = local.tags
}

resource "aws_s3_bucket" "evidence" {
  bucket_prefix       = "${var.name}-evidence-"
  object_lock_enabled = true
  tags                = local.tags
}

resource "aws_s3_bucket_versioning" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = var.evidence_retain_days
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.staging.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "evidence" {
  bucket                  = aws_s3_bucket.evidence.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
