-- Lists whose filter leaves little of a year's rows find it by an index; these tables only ever grow at their end.
CREATE INDEX audit_entry_by_action ON audit_entry (action, id);
CREATE INDEX backup_by_report ON backup (target, id);

-- What is live is asked at each look at a gate, of all reports of its application: an index that has them in the order in
-- which they are compared, and all that is read of them.
CREATE INDEX deployment_report_by_version ON deployment_report (application, environment, version, id)
    INCLUDE (state, reported_by, at);
