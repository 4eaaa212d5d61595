package io.zulipkit.jenkins;

import hudson.model.Cause;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.User;
import hudson.scm.ChangeLogSet;
import hudson.tasks.Mailer;
import hudson.tasks.test.AbstractTestResultAction;
import hudson.tasks.test.TestResult;
import io.zulipkit.jenkins.core.Event;
import io.zulipkit.jenkins.core.History;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.scm.RunWithSCM;

/** Reads what Jenkins knows of a build. */
final class RunReader {
    /** The program lists fewer of them. */
    private static final int MOST_TESTS = 100;

    private final Run<?, ?> run;

    RunReader(Run<?, ?> run) {
        this.run = run;
    }

    /** A pipeline that still runs has no result as long as nothing went wrong. */
    String result() {
        Result result = run.getResult();
        return result == null ? Result.SUCCESS.toString() : result.toString();
    }

    History history() {
        History history = new History();
        Run<?, ?> older = run.getPreviousBuild();
        while (older != null) {
            Result result = older.getResult();
            if (!history.older(result == null ? null : result.toString(), older.getTimeInMillis())) {
                break;
            }
            older = older.getPreviousBuild();
        }
        return history;
    }

    Event build(String result, History history) {
        Event event = Event.build(run.getParent().getFullName(), run.getNumber())
                .words(run.getDisplayName(), run.getDescription())
                .result(result, history)
                .time(run.getTimeInMillis(), duration())
                .causes(causes());
        pages(event);
        changes(event);
        tests(event);
        return event;
    }

    Event message(String text) {
        Event event = Event.message(run.getParent().getFullName(), run.getNumber(), text);
        pages(event);
        return event;
    }

    /** The duration of a build that still runs, as a pipeline does here, is 0. */
    private long duration() {
        long duration = run.getDuration();
        return duration > 0 ? duration : System.currentTimeMillis() - run.getTimeInMillis();
    }

    /** Where nobody has told Jenkins its address there are no links. */
    private void pages(Event event) {
        String root = Jenkins.get().getRootUrl();
        if (root != null) {
            event.pages(root + run.getParent().getUrl(), root + run.getUrl());
        }
    }

    private List<String> causes() {
        List<String> causes = new ArrayList<>();
        for (Cause cause : run.getCauses()) {
            causes.add(cause.getShortDescription());
        }
        return causes;
    }

    private void changes(Event event) {
        if (!(run instanceof RunWithSCM)) {
            return;
        }
        RunWithSCM<?, ?> build = (RunWithSCM<?, ?>) run;
        for (ChangeLogSet<? extends ChangeLogSet.Entry> changes : build.getChangeSets()) {
            for (ChangeLogSet.Entry change : changes) {
                User author = change.getAuthor();
                event.change(change.getCommitId(), change.getMsg(), author.getId(), author.getFullName(), email(author));
            }
        }
        for (User user : build.getCulprits()) {
            event.committer(user.getId(), user.getFullName(), email(user));
        }
    }

    private static String email(User user) {
        Mailer.UserProperty property = user.getProperty(Mailer.UserProperty.class);
        return property == null ? null : property.getAddress();
    }

    private void tests(Event event) {
        AbstractTestResultAction<?> tests = run.getAction(AbstractTestResultAction.class);
        if (tests == null) {
            return;
        }
        event.tests(tests.getTotalCount(), tests.getFailCount(), tests.getSkipCount());
        int listed = 0;
        for (TestResult test : tests.getFailedTests()) {
            if (listed++ == MOST_TESTS) {
                return;
            }
            event.failedTest(test.getFullName(), test.getErrorDetails());
        }
    }
}
