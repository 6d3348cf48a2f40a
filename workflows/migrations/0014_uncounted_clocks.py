from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0013_notice_means'),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='missing_year',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='año sin calendario'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='due_on',
            field=models.DateField(null=True, verbose_name='vence'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='state',
            field=models.CharField(choices=[('running', 'En plazo'), ('suspended', 'Suspendido'), ('uncounted', 'Sin contar: falta el calendario'), ('done', 'Cumplido'), ('cancelled', 'Sin efecto')], default='running', max_length=10, verbose_name='estado'),
        ),
        migrations.AlterField(
            model_name='boundarytimer',
            name='due_on',
            field=models.DateField(null=True, verbose_name='dispara el'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('due_on__isnull', False), _connector='OR'), name='clock_that_runs_has_a_day'),
        ),
    ]
