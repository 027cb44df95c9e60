-- Each asking for a delivery has a number and a task of its own, so that "send again" needs no task that is just running.
ALTER TABLE webhook_delivery ADD COLUMN asking int NOT NULL DEFAULT 0;

-- A webhook's page, the newest first; its deletion, in batches.
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook, id);
-- What is forgotten.
CREATE INDEX webhook_delivery_ended ON webhook_delivery (tried_at) WHERE state <> 'WAITING';
CREATE INDEX webhook_event_by_time ON webhook_event (at);
-- What should have been tried long ago.
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (next_try_at) WHERE state = 'WAITING';

-- Tasks have other names now: webhook-upkeep finds the deliveries without one and dispatches them anew.
DELETE FROM scheduled_tasks WHERE task_name IN ('webhook-delivery', 'webhook-forgetting');
