# The refresh without GitHub: a task on Fargate, started by EventBridge. Left out while there is no image.
locals {
  scheduled = var.image == null ? 0 : 1
}

resource "aws_cloudwatch_log_group" "task" {
  count = local.scheduled

  name              = "/stagemask/${var.name}"
  retention_in_days = 90
  tags              = local.tags
}

resource "aws_ecs_cluster" "refresh" {
  count = local.scheduled

  name = var.name
  tags = local.tags
}

resource "aws_ecs_task_definition" "refresh" {
  count = local.scheduled

  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 4096
  memory                   = 8192
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution[0].arn
  tags                     = local.tags

  # Hashed originals and the schema; they go with the task.
  ephemeral_storage {
    size_in_gib = 50
  }

  volume {
    name = "work"
  }

  volume {
    name = "tmp"
  }

  container_definitions = templatefile("${path.module}/task-definition.json", {
    image          = var.image
    region         = var.region
    key_secret_arn = var.key_secret_arn
    log_group      = aws_cloudwatch_log_group.task[0].name
  })
}

resource "aws_iam_role" "execution" {
  count = local.scheduled

  name = "${var.name}-execution"
  tags = local.tags

  assume_role_policy = templatefile("${path.module}/policies/trust-service.json", {
    service = "ecs-tasks.amazonaws.com"
    account = local.account
  })
}

resource "aws_iam_role_policy_attachment" "execution" {
  count = local.scheduled

  role       = aws_iam_role.execution[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "key" {
  count = local.scheduled

  name = "masking-key"
  role = aws_iam_role.execution[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "MaskingKey"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = var.key_secret_arn
    }]
  })
}

resource "aws_iam_role" "scheduler" {
  count = local.scheduled

  name = "${var.name}-scheduler"
  tags = local.tags

  assume_role_policy = templatefile("${path.module}/policies/trust-service.json", {
    service = "scheduler.amazonaws.com"
    account = local.account
  })
}

resource "aws_iam_role_policy" "scheduler" {
  count = local.scheduled

  name = "start-refresh"
  role = aws_iam_role.scheduler[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "StartThisTask"
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = "arn:aws:ecs:${var.region}:${local.account}:task-definition/${var.name}:*"
        Condition = { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.refresh[0].arn } }
      },
      {
        Sid       = "WithItsRoles"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = [aws_iam_role.task.arn, aws_iam_role.execution[0].arn]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      }
    ]
  })
}

resource "aws_scheduler_schedule" "refresh" {
  count = local.scheduled

  name                = var.name
  schedule_expression = var.schedule

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.refresh[0].arn
    role_arn = aws_iam_role.scheduler[0].arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.refresh[0].arn
      launch_type         = "FARGATE"

      network_configuration {
        subnets          = var.private_subnet_ids
        security_groups  = [aws_security_group.task.id]
        assign_public_ip = false
      }
    }

    # A refresh that failed is looked at, not begun again.
    retry_policy {
      maximum_retry_attempts = 0
    }
  }
}
